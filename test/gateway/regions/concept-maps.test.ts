import { readRegion } from '../../../gateway/regions/load.ts';
import { sourceSettings } from '../../../gateway/regions/load.ts';
import sandbox from '../../../gateway/regions/sandbox.json' with { type: 'json' };

const LOINC = 'http://loinc.org';
const row = (code: string, to: string, equivalence = 'equivalent') => ({
  code,
  target: [{ code: to, display: `what ${to} is`, equivalence }],
});
const mapOf = (element: object[], group: object = {}, more: object = {}): object => ({
  resourceType: 'ConceptMap',
  url: 'https://example.org/ConceptMap/lab',
  status: 'active',
  group: [{ source: 'L', target: LOINC, element, ...group }],
  ...more,
});

const read = (files: Readonly<Record<string, unknown>>, names = Object.keys(files)) => {
  const [source, ...others] = sandbox.sources;
  const given = { ...source, codeSystems: { L: 'https://example.org/lab-codes' }, conceptMaps: names };
  return readRegion(JSON.stringify({ ...sandbox, sources: [given, ...others] }), (path) => {
    const file = files[path];
    return file === undefined ? null : typeof file === 'string' ? file : JSON.stringify(file);
  });
};

const codesOf = (result: ReturnType<typeof read>): unknown => {
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  const [source] = result.region.sources;
  return source && Object.fromEntries(sourceSettings(result.region, source).ownCodes ?? []);
};

const faultsOf = (result: ReturnType<typeof read>): string[] =>
  result.ok ? [] : result.faults.map(({ path, text }) => `${path} ${text}`);

describe('the ConceptMaps of a source', () => {
  test('say what its codes are called elsewhere; a system may be named as its messages do', () => {
    expect(codesOf(read({ 'conceptmaps/lab.json': mapOf([row('266', '2823-3')]) }))).toEqual({
      'https://example.org/lab-codes|266': [
        { system: LOINC, code: '2823-3', display: 'what 2823-3 is', map: 'https://example.org/ConceptMap/lab' },
      ],
    });
  });

  test('belong to no other source', () => {
    const result = read({ 'a.json': mapOf([row('266', '2823-3')]) });
    if (!result.ok) throw new Error('refused');
    expect(result.region.sources.slice(1).every((source) => source.ownCodes === undefined)).toBe(true);
  });

  test('translate units, which have no system', () => {
    const units = mapOf([row('strepen', '1')], { source: undefined, target: 'http://unitsofmeasure.org' });
    expect(Object.keys(codesOf(read({ 'units.json': units })) as object)).toEqual(['|strepen']);
  });

  test.each(['wider', 'narrower', 'relatedto', 'inexact', 'unmatched'])(
    'do not translate what is %s: that is not the same',
    (equivalence) => {
      const result = codesOf(read({ 'a.json': mapOf([row('266', '2823-3', equivalence)]) }));
      expect(result).toEqual({ 'https://example.org/lab-codes|266': [] });
    },
  );

  test('stop the start with every fault at its place', () => {
    const rows = [row('266', '2823-3'), { code: '267', target: [{ code: '2951-2' }] }];
    const faults = faultsOf(
      read(
        {
          'text.json': '{',
          'other.json': { resourceType: 'ValueSet' },
          'rows.json': mapOf(rows),
          'fixed.json': mapOf([], { unmapped: { mode: 'fixed', code: '2823-3' } }),
          'twice.json': mapOf([row('266', '2823-3'), row('266', '2951-2')]),
          'status.json': mapOf([], {}, { status: 'done' }),
        },
        ['absent.json', 'text.json', 'other.json', 'rows.json', 'fixed.json', 'twice.json', 'status.json'],
      ),
    );
    const at = (index: number): string => faults.filter((fault) => fault.includes(`conceptMaps[${index}]`)).join(' ');
    expect(at(0)).toBe('sources[0].conceptMaps[0] absent.json: cannot be read');
    expect(at(1)).toBe('sources[0].conceptMaps[1] text.json: not readable as JSON');
    expect(at(2)).toContain('other.json: ConceptMap.resourceType: a FHIR R4 ConceptMap');
    expect(at(3)).toContain('rows.json: ConceptMap.group[0].element[1].target[0].equivalence');
    expect(at(4)).toContain('fixed.json: ConceptMap.group[0].unmapped: a code without a row travels as sent');
    expect(at(5)).toBe('sources[0].conceptMaps[5] twice.json: ConceptMap.group[0].element[1]: 266 stands twice');
    expect(at(6)).toContain('status.json: ConceptMap.status');
  });

  test('may not disagree: two translations of one code into one system are a fault', () => {
    const faults = faultsOf(read({ 'a.json': mapOf([row('266', '2823-3')]), 'b.json': mapOf([row('266', '2951-2')]) }));
    expect(faults).toEqual([
      'sources[0].conceptMaps https://example.org/lab-codes|266 has more than one translation into one system',
    ]);
  });
});
