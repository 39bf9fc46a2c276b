import type { Bundle, FhirResource, Provenance } from 'fhir/r4.js';
import { explainBundle, toBundle } from '../../mappings/bundle.ts';
import { uuidV5 } from '../../mappings/identity.ts';
import type { Mapped, MappingContext } from '../../mappings/mapping.ts';
import { withProvenance } from '../../mappings/provenance.ts';
import { adviseNotice } from '../../mappings/transfer-notice/notice.ts';
import { isError } from '../../profiles/issue.ts';
import { createValidator } from '../../profiles/validator.ts';
import { wkPackage } from '../../profiles/wk/package.ts';
import { AMSTERDAM, leavesOf } from './coalition.ts';
import { ALL_TAKEN, mapSample } from './samples.ts';

const RECEIVED = '2026-11-20T13:00:00.123Z';
const context: MappingContext = { ...AMSTERDAM, receivedAt: RECEIVED };

function traced(mapping: string, name: string, over: Partial<MappingContext> = {}): Mapped {
  const result = withProvenance(mapSample(mapping, name), 'C-7', { ...context, ...over });
  if (!result.ok) throw new Error(name);
  return result;
}
const provenanceOf = (mapped: Mapped): Provenance => {
  const last = toBundle(mapped).entry?.at(-1)?.resource;
  if (last?.resourceType !== 'Provenance') throw new Error('no Provenance');
  return last;
};

describe('the Provenance of a delivered Bundle', () => {
  const mapped = traced('lab-oru', 'pneumonia-glims');

  test('says what it is about, when it came, who sent it, which mapping made it and of which message', () => {
    const { target, ...rest } = provenanceOf(mapped);
    const bundle = toBundle(mapped);
    expect(target.map(({ reference }) => reference)).toEqual(bundle.entry?.slice(0, -1).map(({ fullUrl }) => fullUrl));
    expect(rest).toMatchObject({
      recorded: RECEIVED,
      policy: [`https://fhir.wijkkliniek.example/mapping/lab-oru|${mapped.mapping.version}`],
      activity: { coding: [{ code: 'transform' }] },
      agent: [
        {
          type: { coding: [{ code: 'author' }] },
          who: { identifier: { value: '00001234' }, display: 'Amsterdam UMC' },
        },
        { type: { coding: [{ code: 'assembler' }] }, who: { identifier: { value: 'amsterdam' } } },
      ],
      entity: [{ role: 'source', what: { identifier: { value: 'C-7' } } }],
    });
  });

  test('is the same for the same message, and another for another', () => {
    const nameOf = (one: Mapped): unknown => toBundle(one).entry?.at(-1)?.request?.url;
    expect(nameOf(traced('lab-oru', 'pneumonia-glims', { receivedAt: '2026-11-21T00:00:00Z' }))).toBe(nameOf(mapped));
    const other = withProvenance(mapSample('lab-oru', 'pneumonia-glims'), 'C-8', context);
    expect(other.ok && nameOf(other)).not.toBe(nameOf(mapped));
  });

  test('is there only when the moment is told: `map` prints none', () => {
    const plain = mapSample('lab-oru', 'pneumonia-glims');
    expect(withProvenance(plain, 'C-7', AMSTERDAM)).toBe(plain);
  });

  test('names no organisation by a number it does not have', () => {
    const source = { ...AMSTERDAM.source, party: null };
    expect(provenanceOf(traced('lab-oru', 'pneumonia-glims', { source })).agent[0]?.who).toEqual({
      type: 'Organization',
      display: 'seh',
    });
  });

  const validator = createValidator([wkPackage]);
  test.each(ALL_TAKEN)('of %s %s is valid R4, explained to the last leaf, and names nobody', (mapping, name) => {
    const one = traced(mapping, name);
    const bundle = toBundle(one);
    const at = `Bundle.entry[${(bundle.entry ?? []).length - 1}].`;
    const provenance = provenanceOf(one);
    const faults = validator.validate(bundle).filter((issue) => isError(issue) && issue.expression.startsWith(at));
    expect(faults).toEqual([]);
    const explained = explainBundle(one).map(({ path }) => path);
    expect(new Set(explained)).toEqual(new Set(leavesOf(bundle, 'Bundle')));
    for (const secret of personalIn(bundle)) expect(JSON.stringify(provenance)).not.toContain(secret);
  });

  test.each(['transfer-json', 'transfer-fhir'])('of a %s is not in its advance notice', (mapping) => {
    const keys = { taskId: 'hosted-1', keyed: uuidV5 };
    const plain = mapSample(mapping, 'amsterdam-pneumonia');
    if (!plain.ok) throw new Error('refused');
    expect(adviseNotice(toBundle(traced(mapping, 'amsterdam-pneumonia')), keys)).toEqual(
      adviseNotice(toBundle(plain), keys),
    );
  });
});

/** Names, numbers and birth dates of the patients in a Bundle. */
function personalIn(bundle: Bundle<FhirResource>): string[] {
  return (bundle.entry ?? []).flatMap(({ resource }) =>
    resource?.resourceType === 'Patient'
      ? [
          ...(resource.identifier ?? []).map(({ value }) => value),
          ...(resource.name ?? []).map(({ family }) => family),
          resource.birthDate,
        ].filter((one): one is string => one !== undefined && one.length > 3)
      : [],
  );
}
