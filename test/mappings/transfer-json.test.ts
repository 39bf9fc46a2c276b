import fc from 'fast-check';
import type { FhirResource, Observation, Practitioner, Task } from 'fhir/r4.js';
import { toBundle } from '../../mappings/bundle.ts';
import type { MappingContext } from '../../mappings/mapping.ts';
import { transferExamples } from '../../mappings/transfer-json/examples.ts';
import { transferJson } from '../../mappings/transfer-json/mapping.ts';
import { WK_TASK, wkProfile } from '../../profiles/canonical.ts';
import { writeJson } from '../../profiles/json/write.ts';
import { AMSTERDAM, leavesOf } from './coalition.ts';
import { prove } from './golden.ts';
import { ANYWHERE, jsonSample } from './samples.ts';

const sample = (name: string): unknown => jsonSample('transfer-json', name);

type Json = Record<string, unknown>;
const pneumonia = (): Json => sample('amsterdam-pneumonia') as Json;
const map = (input: unknown, where: MappingContext = ANYWHERE) => transferJson.map(input, where);
const resourcesOf = (input: unknown, where: MappingContext = ANYWHERE): FhirResource[] => {
  const mapped = map(input, where);
  if (!mapped.ok) throw new Error(JSON.stringify(mapped.issues));
  return (toBundle(mapped).entry ?? []).flatMap(({ resource }) => resource ?? []);
};
const ofType = <T extends FhirResource>(resources: readonly FhirResource[], type: T['resourceType']): T[] =>
  resources.filter((one) => one.resourceType === type) as T[];
const issuesOf = (input: unknown) => {
  const mapped = map(input);
  return mapped.ok ? [] : mapped.issues.map(({ code, expression }) => `${code} ${expression}`);
};
const observed = (input: unknown, loinc: string): Observation | undefined =>
  ofType<Observation>(resourcesOf(input), 'Observation').find(({ code }) =>
    code.coding?.some((coding) => coding.code === loinc),
  );
const at = '2026-11-20T13:40:00+01:00';

describe('what is refused', () => {
  test('an unstable patient, and one who needs complex diagnostics, even when the rest has faults too', () => {
    expect(issuesOf({ ...pneumonia(), haemodynamicallyStable: false, tier: 'x' })).toEqual([
      'code-invalid $.tier',
      'business-rule $.haemodynamicallyStable',
    ]);
    expect(issuesOf({ ...pneumonia(), complexDiagnosticsNeeded: true })).toEqual([
      'business-rule $.complexDiagnosticsNeeded',
    ]);
  });

  test('half a character, which no text can be written with', () => {
    expect(issuesOf({ ...pneumonia(), requestId: 'R\ud800' })).toEqual(['value $.requestId']);
  });

  test('no JSON object at all', () => {
    expect(issuesOf('a transfer')).toEqual(['structure $']);
    expect(issuesOf(null)).toEqual(['structure $']);
  });

  test('an unknown field, named by its place when the name itself can hold nothing of the patient', () => {
    expect(issuesOf({ ...pneumonia(), urgency: 'high' })).toEqual(['structure $.urgency']);
    expect(issuesOf({ ...pneumonia(), '999900006': 'high' })).toEqual(['structure $']);
  });

  test('a code without its system, a system without its code, a concept that says nothing', () => {
    expect(issuesOf({ ...pneumonia(), reason: { code: '233604007' } })).toEqual(['required $.reason.system']);
    expect(issuesOf({ ...pneumonia(), reason: {} })).toEqual(['required $.reason.text']);
    expect(issuesOf({ ...pneumonia(), allergies: [{ system: 'http://snomed.info/sct', text: 'Noten' }] })).toEqual([
      'required $.allergies[0].code',
    ]);
    expect(issuesOf({ ...pneumonia(), isolation: { code: '432415000' } })).toEqual(['required $.isolation.system']);
  });

  test('a time without offset, a date that does not exist, a birth after the request', () => {
    expect(issuesOf({ ...pneumonia(), requestedAt: '2026-11-20T14:05:00' })).toEqual(['value $.requestedAt']);
    const patient = pneumonia()['patient'] as Json;
    expect(issuesOf({ ...pneumonia(), patient: { ...patient, birthDate: '1941-02-30' } })).toEqual([
      'value $.patient.birthDate',
    ]);
    expect(issuesOf({ ...pneumonia(), patient: { ...patient, birthDate: '2026-11-21' } })).toEqual([
      'business-rule $.patient.birthDate',
    ]);
  });

  test('directives on one treatment that contradict each other', () => {
    const both = [
      { treatment: 'resuscitation', decision: 'deny' },
      { treatment: 'resuscitation', decision: 'permit' },
    ];
    expect(issuesOf({ ...pneumonia(), treatmentDirectives: both })).toEqual([
      'business-rule $.treatmentDirectives[1].decision',
    ]);
  });

  test('never with a value of the message in the words', () => {
    const secret = 'Zuylen999980075';
    const mutated = fc
      .constantFrom(...leavesOf(pneumonia(), '$'))
      .chain((path) =>
        fc.constantFrom(secret, 17, null, [secret], { [secret]: secret }).map((value) => ({ path, value })),
      );
    fc.assert(
      fc.property(mutated, ({ path, value }) => {
        const mapped = map(replacedAt(pneumonia(), path, value));
        if (!mapped.ok) expect(JSON.stringify(mapped.issues)).not.toContain(secret);
      }),
      { numRuns: 150 },
    );
  });

  test('or mapped, whatever JSON comes: the mapping never throws', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void map(value)));
    fc.assert(
      fc.property(fc.constantFrom(...leavesOf(pneumonia(), '$')), fc.jsonValue(), (path, value) => {
        map(replacedAt(pneumonia(), path, value));
      }),
    );
  });
});

/** A copy with the leaf at `path` replaced. */
function replacedAt(json: unknown, path: string, value: unknown, here = '$'): unknown {
  if (here === path) return value;
  if (Array.isArray(json)) return json.map((item, index) => replacedAt(item, path, value, `${here}[${index}]`));
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(
    Object.entries(json).map(([key, child]) => [key, replacedAt(child, path, value, `${here}.${key}`)]),
  );
}

describe('vital signs', () => {
  test('a systolic and a diastolic pressure of one moment are one blood pressure, whatever the offset they are written in', () => {
    const vitalSigns = [
      { loinc: '8480-6', value: 120, unit: 'mmHg', at },
      { loinc: '8462-4', value: 70, unit: 'mm[Hg]', at: '2026-11-20T12:40:00Z' },
    ];
    const pressure = observed({ ...pneumonia(), vitalSigns }, '85354-9');
    expect(pressure?.component?.map(({ valueQuantity }) => valueQuantity?.value)).toEqual([120, 70]);
  });

  test('two pressures at one moment each stand alone: which belong together is not told', () => {
    const one = { loinc: '8480-6', value: 120, unit: 'mmHg', at };
    const vitalSigns = [one, { ...one, value: 90 }, { loinc: '8462-4', value: 70, unit: 'mmHg', at }];
    expect(observed({ ...pneumonia(), vitalSigns }, '85354-9')).toBeUndefined();
    expect(ofType<Observation>(resourcesOf({ ...pneumonia(), vitalSigns }), 'Observation')).toHaveLength(3 + 6);
  });

  test('a unit nobody knows stays text, warns, and no profile is claimed', () => {
    const input = { ...pneumonia(), vitalSigns: [{ loinc: '8867-4', value: 80, unit: 'klopjes', at }] };
    expect(observed(input, '8867-4')).toMatchObject({ valueQuantity: { value: 80, unit: 'klopjes' } });
    expect(observed(input, '8867-4')?.valueQuantity).not.toHaveProperty('code');
    expect(observed(input, '8867-4')?.meta).not.toHaveProperty('profile');
    const mapped = map(input);
    expect(mapped.ok && mapped.warnings).toEqual([
      expect.objectContaining({ code: 'untranslated-unit', location: '$.vitalSigns[0].unit' }),
    ]);
  });

  test('a known sign in a unit it cannot have is refused', () => {
    const sign = (loinc: string, unit?: string) =>
      issuesOf({ ...pneumonia(), vitalSigns: [{ loinc, value: 80, ...(unit === undefined ? {} : { unit }), at }] });
    expect(sign('8867-4', 'kg')).toEqual(['value $.vitalSigns[0].unit']);
    expect(sign('8310-5')).toEqual(['value $.vitalSigns[0].unit']);
    expect(sign('9269-2', 'kg')).toEqual(['value $.vitalSigns[0].unit']);
  });

  test('a decimal keeps the precision it was written with', () => {
    const proof = prove(map(sample('nijmegen-urinary-infection')));
    expect(writeJson(proof.result)).toContain('"value":7.20');
    expect(writeJson(proof.result)).toContain('"value":38.0');
  });
});

describe('who treats and who asks', () => {
  test('one number for two names is two persons', () => {
    const careTeam = [
      { role: 'RESP', name: 'P. Jansen', profession: 'physician-assistant', agb: '91012345' },
      { role: 'SPRF', name: 'G. Bakker', profession: 'klinisch-geriater', agb: '91012345' },
    ];
    const names = ofType<Practitioner>(resourcesOf({ ...pneumonia(), careTeam }), 'Practitioner').map(
      ({ name }) => name?.[0]?.text,
    );
    expect(names).toEqual(expect.arrayContaining(['P. Jansen', 'G. Bakker']));
  });

  test('the same person as requester and in the team is one Practitioner', () => {
    const resources = resourcesOf(sample('zaandam-heart-failure'));
    expect(ofType<Practitioner>(resources, 'Practitioner')).toHaveLength(2);
  });

  test('with a region, the Task names who asks and who is asked by URA', () => {
    const resources = resourcesOf(pneumonia(), { ...AMSTERDAM, taskId: 'hosted-1' });
    const [task] = ofType<Task>(resources, 'Task');
    expect(task).toMatchObject({
      meta: { profile: [wkProfile('TransferTask')] },
      identifier: [{ system: WK_TASK, value: 'hosted-1' }],
      requester: { identifier: { value: '00001234' }, display: 'Amsterdam UMC' },
      owner: { identifier: { value: '00005678' }, display: 'Cordaan' },
      location: { identifier: { value: 'wijkkliniek-amsterdam' } },
    });
  });
});

describe('what is not told', () => {
  test('is not said: absent allergies are none, an empty list says that none are known', () => {
    const untold = Object.fromEntries(Object.entries(pneumonia()).filter(([key]) => key !== 'allergies'));
    expect(resourcesOf(untold).some(({ resourceType }) => resourceType === 'AllergyIntolerance')).toBe(false);
    expect(resourcesOf({ ...untold, allergies: [] })).toContainEqual(
      expect.objectContaining({
        resourceType: 'AllergyIntolerance',
        code: { coding: [expect.objectContaining({ code: '716186003' })] },
      }),
    );
  });

  test('is warned of, at its place', () => {
    const { warnings } = prove(map(sample('minimal')));
    expect(warnings.map(({ code, location }) => `${code} ${location}`)).toEqual([
      'no-stability-statement $.haemodynamicallyStable',
      'no-diagnostics-statement $.complexDiagnosticsNeeded',
      'untranslated-code $.reason',
      'no-allergy-statement $',
      'no-medication-statement $',
      'no-treatment-directive $',
      'no-recent-vital-signs $',
      'no-contact-person $.patient',
    ]);
  });
});

test('the examples of /openapi.json are complete transfers that are accepted', () => {
  expect(Object.keys(transferExamples)).toEqual(['pneumonia', 'heartFailure', 'minimal']);
  for (const { value } of Object.values(transferExamples)) expect(prove(map(value)).mapped).not.toBeNull();
});
