import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CONCEPT_MAPS,
  translate,
  translateAll,
  v2Table,
  type ConceptMapName,
} from '../../mappings/terminology/translate.ts';
import { WK_BASE } from '../../profiles/canonical.ts';
import { checkStructure } from '../../profiles/structure.ts';

describe('ConceptMaps', () => {
  test.each(Object.entries(CONCEPT_MAPS))('%s is a valid FHIR ConceptMap under our base', (name, map) => {
    expect(checkStructure(map)).toEqual([]);
    expect(map.url).toBe(`${WK_BASE}/ConceptMap/${name}`);
  });

  test.each(Object.entries(CONCEPT_MAPS))('%s says one thing per code and system', (_name, map) => {
    for (const group of map.group) {
      const codes = group.element.map(({ code }) => code);
      expect(new Set(codes).size).toBe(codes.length);
    }
  });

  test('every UCUM code of the table is in the table as itself', () => {
    const targets = new Set(
      CONCEPT_MAPS.units.group.flatMap(({ element }) =>
        element.flatMap(({ target }) => target.map(({ code }) => code)),
      ),
    );
    for (const code of targets) expect(translate('units', '', code)?.code).toBe(code);
  });
});

describe('translate', () => {
  test('names the map that translated', () => {
    expect(translate('observation-status', v2Table('0085'), 'F')).toMatchObject({
      system: 'http://hl7.org/fhir/observation-status',
      code: 'final',
      map: `${WK_BASE}/ConceptMap/observation-status`,
    });
  });

  test.each<[ConceptMapName, string, string]>([
    ['observation-status', v2Table('0085'), 'Q'],
    ['observation-status', v2Table('0123'), 'F'],
    ['units', '', 'MMOL/L'],
    ['units', '', 'G/L'],
    ['result-flags', v2Table('0078'), 'h'],
    ['specimen-type', v2Table('0487'), 'USPEC'],
    ['report-status', v2Table('0123'), 'Z'],
  ])('%s: %s|%s has no translation, and none is guessed', (map, system, code) => {
    expect(translate(map, system, code)).toBeUndefined();
  });

  test('a flag is a v3 code and a SNOMED CT code', () => {
    expect(translateAll('result-flags', v2Table('0078'), 'L').map(({ code }) => code)).toEqual(['L', '281300000']);
  });
});

const PUBLISHED = join(__dirname, '../../../shared/data/v2-to-fhir/codesystems');
const describeOrSkip = existsSync(PUBLISHED) ? describe : describe.skip;

describeOrSkip('the published v2-to-FHIR tables', () => {
  /** Rows of a table as [v2 code, FHIR code]; quoted cells may hold commas and lines. */
  const rows = (name: string): [string, string][] => {
    const file = readdirSync(PUBLISHED).find((one) => one.includes(`_ ${name} - `));
    const text = readFileSync(join(PUBLISHED, file ?? ''), 'utf8').replace(/"[^"]*"/g, 'quoted');
    return text
      .split(/\r?\n/)
      .slice(2)
      .map((line) => line.split(','))
      .flatMap(([code = '', , , , , , target = '']) => (code.trim() && target ? [[code.trim(), target.trim()]] : []));
  };
  test.each<[string, ConceptMapName, string]>([
    ['ObservationResultStatusCodesInterpretation', 'observation-status', '0085'],
    ['ResultStatus[Non-Queries]', 'report-status', '0123'],
    ['OrderControlCode[ServiceRequest.status]', 'order-control', '0119'],
    ['OrderStatus', 'order-state', '0038'],
    ['InterpretationCodes', 'result-flags', '0078'],
  ])('%s is followed wherever it speaks', (name, map, table) => {
    const said = rows(name);
    expect(said.length).toBeGreaterThan(3);
    for (const [code, target] of said) {
      const shown: unknown = target === 'quoted' ? expect.any(String) : target;
      expect([code, translate(map, v2Table(table), code)?.code]).toEqual([code, shown]);
    }
  });
});
