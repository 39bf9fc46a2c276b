import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import type { Bundle, FhirResource, Task } from 'fhir/r4.js';
import { toBundle } from '../../mappings/bundle.ts';
import { uuidV5 } from '../../mappings/identity.ts';
import { transferFhir } from '../../mappings/transfer-fhir/mapping.ts';
import { transferJson } from '../../mappings/transfer-json/mapping.ts';
import { adviseNotice, handoff, taskUpdateBundle } from '../../mappings/transfer-notice/notice.ts';
import { WK_CODES, WK_TASK } from '../../profiles/canonical.ts';
import { checkStructure } from '../../profiles/structure.ts';
import { AMSTERDAM, leavesOf } from './coalition.ts';
import { jsonSample, takenSamples } from './samples.ts';

const TASK = '7c0b52c1-9f0a-4f0e-8a7e-1f2a3b4c5d6e';
const context = { ...AMSTERDAM, taskId: TASK };
const keyed = (text: string): string => uuidV5(createHmac('sha256', 'key of the test').update(text).digest('hex'));

const fromJson = (input: unknown): Bundle<FhirResource> => {
  const mapped = transferJson.map(input, context);
  if (!mapped.ok) throw new Error(JSON.stringify(mapped.issues));
  return toBundle(mapped);
};
const fromFhir = (bundle: Bundle): Bundle<FhirResource> => {
  const mapped = transferFhir.map({ bundle, controlId: 'B-1' }, context);
  if (!mapped.ok) throw new Error(JSON.stringify(mapped.issues));
  return toBundle(mapped);
};
const notice = (bundle: Bundle<FhirResource>) => adviseNotice(bundle, { taskId: TASK, keyed });
const json = (name: string): unknown => jsonSample('transfer-json', name);
const fhir = (name: string): Bundle => jsonSample('transfer-fhir', name) as Bundle;
/** Values of the leaves of a resource, as text. */
const valuesOf = (value: unknown): string[] =>
  Array.isArray(value)
    ? value.flatMap(valuesOf)
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(valuesOf)
      : [String(value)];

/** The same JSON with every free text replaced; what has a form of its own (codes, dates, enums) stays readable. */
function withCanary(
  value: unknown,
  canary: string,
  keep: (path: string, text: string) => boolean,
  path = '$',
): unknown {
  if (Array.isArray(value)) return value.map((item, index) => withCanary(item, canary, keep, `${path}[${index}]`));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, child]) => [key, withCanary(child, canary, keep, `${path}.${key}`)]),
    );
  }
  return typeof value === 'string' && !keep(path, value) ? canary : value;
}

/** Fields of the plain JSON whose form the schema checks: a canary there never gets past the mapping. */
const FORMED =
  /\.(bsn|birthDate|gender|system|code|role|agb|uzi|tier|treatment|decision|loinc|at|start|agreedAt|requestedAt|to|prk|hpk|country|criticality|snaq65plus|priority|email)$|careTeam\[\d+\]\.profession$/;
/** Elements of FHIR that R4 itself gives a form. */
const R4_FORMED =
  /\.(resourceType|type|status|intent|gender|birthDate|fullUrl|method|url|uri|reference|system|code|use|priority|profile\[\d+\]|authoredOn|effectiveDateTime|criticality|eventUri|endpoint|valueCode)$/;

const canaries = fc.stringMatching(/^[A-Z]{6,12}$/);

describe('an advance notice tells nothing of who the patient is', () => {
  test('no free text of a plain JSON request stands in it', () => {
    fc.assert(
      fc.property(canaries, fc.constantFrom(...takenSamples('transfer-json')), (canary, name) => {
        const told = withCanary(json(name), canary, (path) => FORMED.test(path));
        expect(JSON.stringify(notice(fromJson(told)))).not.toContain(canary);
      }),
      { numRuns: 40 },
    );
  });

  test('no free text of a FHIR request stands in it', () => {
    fc.assert(
      fc.property(canaries, fc.constantFrom(...takenSamples('transfer-fhir')), (canary, name) => {
        const told = withCanary(
          fhir(name),
          canary,
          (path) => R4_FORMED.test(path) || /identifier/.test(path),
        ) as Bundle;
        const bundle = fromFhir(told);
        expect(JSON.stringify(bundle)).toContain(canary);
        expect(JSON.stringify(notice(bundle))).not.toContain(canary);
      }),
      { numRuns: 40 },
    );
  });

  test.each([
    ...takenSamples('transfer-json').map((name) => ['transfer-json', name] as const),
    ...takenSamples('transfer-fhir').map((name) => ['transfer-fhir', name] as const),
  ])('%s %s: no identifier, address, date or text of the handoff stands in it but the Task’s', (folder, name) => {
    const bundle = folder === 'transfer-json' ? fromJson(json(name)) : fromFhir(fhir(name));
    const advance = notice(bundle);
    const text = JSON.stringify(advance);
    const secrets = (bundle.entry ?? []).flatMap(({ fullUrl, request, resource }) => {
      const ids = resource && 'identifier' in resource ? [resource.identifier ?? []].flat() : [];
      return [fullUrl, request?.url, ...ids.map(({ value }) => value), resource?.meta?.source].filter(
        (one) => one !== undefined && one.length > 3 && !one.includes(TASK),
      );
    });
    const patient = bundle.entry?.find(({ resource }) => resource?.resourceType === 'Patient')?.resource;
    const personal = Object.entries(patient ?? {}).filter(([key]) => !['resourceType', 'gender', 'meta'].includes(key));
    const own = valuesOf(Object.fromEntries(personal)).filter(
      (one) => one.length > 3 && !/^(https?:|urn:)|^(official|usual|home|phone)$/.test(one),
    );
    for (const secret of [...secrets, ...own]) expect(text).not.toContain(JSON.stringify(secret).slice(1, -1));
    expect(checkStructure(advance).filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(advance.entry?.filter(({ resource }) => resource && 'for' in resource)).toEqual([]);
    const words = leavesOf(advance, '').filter((path) =>
      /\.(text|div|display|name|birthDate|telecom|address)\b/.test(path),
    );
    expect(words).toEqual([expect.stringMatching(/author\[0\]\.display$/)]);
  });

  test('a code field that holds a number of the patient tells nothing', () => {
    const input = json('amsterdam-pneumonia') as { patient: { bsn: string }; reason: object };
    const told = { ...input, reason: { ...input.reason, code: input.patient.bsn } };
    expect(JSON.stringify(notice(fromJson(told)))).not.toContain(input.patient.bsn);
  });
});

describe('an advance notice tells what a bed must offer', () => {
  const resourcesOf = (bundle: Bundle<FhirResource>) => (bundle.entry ?? []).flatMap(({ resource }) => resource ?? []);

  test('gender, age in whole years, tier, reason and care needs as codes, isolation', () => {
    const resources = resourcesOf(notice(fromJson(json('boxmeer-hip-pain'))));
    expect(resources.map(({ resourceType }) => resourceType)).toEqual([
      'Task',
      'ServiceRequest',
      'Patient',
      'Observation',
      'Observation',
      'Flag',
      'Composition',
    ]);
    expect(resources).toContainEqual(
      expect.objectContaining({
        code: { coding: [{ system: 'http://loinc.org', code: '30525-0' }] },
        valueQuantity: { value: 90, unit: 'a', system: 'http://unitsofmeasure.org', code: 'a' },
      }),
    );
    expect(resources).toContainEqual(expect.objectContaining({ resourceType: 'Patient', gender: 'female' }));
    expect(resources).toContainEqual(
      expect.objectContaining({ valueCodeableConcept: { coding: [{ system: WK_CODES, code: 'wijkkliniek-light' }] } }),
    );
    expect(resources).toContainEqual(
      expect.objectContaining({
        resourceType: 'Flag',
        code: { coding: [{ system: 'http://snomed.info/sct', code: '432415000' }] },
      }),
    );
    expect(resources).toContainEqual(
      expect.objectContaining({
        resourceType: 'Composition',
        event: [
          { code: [{ coding: [{ system: 'http://snomed.info/sct', code: '49218002' }] }] },
          {
            code: [
              { coding: [{ system: WK_CODES, code: 'adl-support' }] },
              { coding: [{ system: WK_CODES, code: 'fall-risk' }] },
            ],
          },
        ],
      }),
    );
  });

  test.each([
    ['1941-11-21', '2026-11-20T23:59:00+01:00', 84],
    ['1941-11-20', '2026-11-20T00:01:00+01:00', 85],
    ['1944-02-29', '2027-02-28T12:00:00+01:00', 82],
    ['1944-02-29', '2028-02-29T12:00:00+01:00', 84],
  ])('born %s, asked on %s: %i years', (birthDate, requestedAt, years) => {
    const input = json('minimal') as { patient: object };
    const bundle = fromJson({ ...input, requestedAt, patient: { ...input.patient, birthDate } });
    expect(JSON.stringify(notice(bundle))).toContain(`"valueQuantity":{"value":${years},`);
  });

  test('an age known in part only is a range of a year', () => {
    const years = { unit: 'a', system: 'http://unitsofmeasure.org', code: 'a' };
    expect(resourcesOf(notice(fromJson(json('minimal'))))).toContainEqual(
      expect.objectContaining({ valueRange: { low: { value: 75, ...years }, high: { value: 76, ...years } } }),
    );
  });

  test('the same notice again is the same to the letter', () => {
    const bundle = fromJson(json('amsterdam-pneumonia'));
    expect(JSON.stringify(notice(bundle))).toBe(JSON.stringify(notice(bundle)));
  });
});

describe('from acceptance to handoff', () => {
  const bundle = fromJson(json('amsterdam-pneumonia'));
  const told = bundle.entry?.[0]?.resource as Task;

  test('the handoff is the full transfer with the Task as it stands now', () => {
    const now: Task = { ...told, id: TASK, status: 'accepted', note: [{ text: 'Kamer 12' }], meta: { versionId: '3' } };
    const handed = handoff(bundle, now);
    expect(handed.entry?.[0]?.resource).toEqual({ ...told, status: 'accepted', note: [{ text: 'Kamer 12' }] });
    expect(handed.entry?.slice(1)).toEqual(bundle.entry?.slice(1));
  });

  test('a Task update is a transaction with the Task alone, without id and version', () => {
    const update = taskUpdateBundle({ ...told, id: TASK, status: 'rejected', meta: { versionId: '2' } });
    expect(update.entry).toHaveLength(1);
    expect(update.entry?.[0]?.request).toEqual({
      method: 'PUT',
      url: `Task?identifier=${encodeURIComponent(`${WK_TASK}|${TASK}`)}`,
    });
    expect(update.entry?.[0]?.resource).not.toHaveProperty('id');
    expect(update.entry?.[0]?.resource).toMatchObject({ status: 'rejected' });
  });
});
