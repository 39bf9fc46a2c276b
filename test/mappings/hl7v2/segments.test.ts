import type { Bundle, Encounter, FhirResource, Location, Observation, Patient, PractitionerRole } from 'fhir/r4.js';
import { BundleDraft, explainBundle, identifierOf, toBundle } from '../../../mappings/bundle.ts';
import { constant, finish } from '../../../mappings/draft.ts';
import type { Message } from '../../../mappings/hl7v2/message.ts';
import { readingFor } from '../../../mappings/hl7v2/leaf.ts';
import { parseMessage } from '../../../mappings/hl7v2/parse.ts';
import { annotations } from '../../../mappings/hl7v2/segments/nte.ts';
import { organizationEntry, partyEntry } from '../../../mappings/hl7v2/segments/organization.ts';
import { patientEntry } from '../../../mappings/hl7v2/segments/pid.ts';
import { practitionerRoleEntry } from '../../../mappings/hl7v2/segments/practitioner.ts';
import { encounterEntry } from '../../../mappings/hl7v2/segments/pv1.ts';
import { carryRemainders, SOURCE_FIELD, unusedOf } from '../../../mappings/hl7v2/segments/remainder.ts';
import { ANY_SOURCE, type DraftEntry, type MappingContext } from '../../../mappings/mapping.ts';

const context: MappingContext = { source: { ...ANY_SOURCE, id: 'amc' }, region: null };
const BSN = '999911120^^^NLMINBIZA^NNNLD';

function message(lines: readonly string[], controlId = '7'): Message {
  const text = [`MSH|^~\\&|EPD|AMC|||20261120140500||ADT^A01|${controlId}|P|2.4`, ...lines].join('\r');
  const parsed = parseMessage(new TextEncoder().encode(text), 'UNICODE UTF-8');
  if (!parsed.ok) throw new Error(parsed.issue.text);
  return parsed.message;
}
const mapped = (entries: readonly DraftEntry[]) => ({
  ok: true as const,
  mapping: { id: 'test', version: '1' },
  entries,
  warnings: [],
  unused: () => [],
});
const built = (draft: BundleDraft): Bundle => toBundle(mapped(draft.entries()));
function only<T extends FhirResource>(bundle: Bundle, type: T['resourceType']): T {
  const found = bundle.entry?.find((entry) => entry.resource?.resourceType === type)?.resource;
  if (found === undefined) throw new Error(`no ${type}`);
  return found as T;
}
function patientOf(...lines: string[]) {
  const draft = new BundleDraft(context.source, '7');
  const read = message(lines);
  const entry = patientEntry(draft, read, context);
  const bundle = built(draft);
  return { entry, read, bundle, patient: entry.issues.length > 0 ? null : only<Patient>(bundle, 'Patient') };
}
const carried = (resource: { extension?: Patient['extension'] } | null) =>
  (resource?.extension ?? [])
    .filter(({ url }) => url === SOURCE_FIELD)
    .map(({ extension }) => extension?.map(({ valueString }) => valueString));

describe('the patient of PID', () => {
  test.each([
    [`4109590^^^AMC^PI~${BSN}`, 'http://fhir.nl/fhir/NamingSystem/bsn', '999911120'],
    [`${BSN}~4109590^^^AMC^PI`, 'http://fhir.nl/fhir/NamingSystem/bsn', '999911120'],
    [
      'ZD1^^^ZorgDomein^VN~4109590^^^AMC^PI',
      'https://fhir.wijkkliniek.example/NamingSystem/amc/patient/AMC',
      '4109590',
    ],
    ['^^^NLMINBIZA^NNNLD~12^^^X^DL', 'https://fhir.wijkkliniek.example/NamingSystem/amc/patient-dl/X', '12'],
  ])('%s is keyed by %s|%s', (numbers, system, value) => {
    const { entry, bundle } = patientOf(`PID|1||${numbers}`);
    expect(entry.id).toEqual({ system, value });
    expect(bundle.entry?.[0]?.request?.url).toBe(`Patient?identifier=${encodeURIComponent(`${system}|${value}`)}`);
    expect(bundle.entry?.[0]?.fullUrl).toBe(entry.reference);
  });

  test('without a number of a person is bound to the message', () => {
    const { entry, patient } = patientOf('PID|1||ZD1^^^ZorgDomein^VN');
    expect(entry.id?.system).toBe('https://fhir.wijkkliniek.example/derived');
    expect(patient?.identifier).toHaveLength(1);
    expect(patientOf('PID|1').patient?.identifier).toEqual([entry.id]);
  });

  test('is refused when the BSN fails the elfproef, at the place of the BSN', () => {
    const { entry, bundle } = patientOf('PID|1||4109590^^^AMC^PI~999911121^^^NLMINBIZA^NNNLD');
    expect(entry.issues).toEqual([
      {
        severity: 'error',
        code: 'value',
        expression: 'PID-3[2].1',
        rule: 'bsn',
        text: 'The BSN is not a valid one: it fails the elfproef.',
      },
    ]);
    expect(bundle.entry).toEqual([]);
  });

  test('is refused with two BSNs, with two PIDs and without PID', () => {
    expect(patientOf(`PID|1||${BSN}~999900006^^^NLMINBIZA^NNNLD`).entry.issues).toMatchObject([
      { expression: 'PID-3[2].1' },
    ]);
    expect(patientOf('PID|1||1', 'PID|2||2').entry.issues).toMatchObject([{ expression: 'PID[2]' }]);
    expect(patientOf('PV1|1').entry.issues).toMatchObject([{ code: 'required', expression: 'PID' }]);
  });

  test('said twice is one number', () => {
    expect(patientOf(`PID|1|5|5~${BSN}~${BSN}`).patient?.identifier).toHaveLength(2);
  });

  test('carries what nl-core-Patient knows', () => {
    const { patient, entry, read } = patientOf(
      `PID|1||${BSN}||de Vries^Anna^^^^^L||19410307|F|||Dorpsstraat 12^^Amsterdam^^1012AB^NL^H||020^PRN^PH~06^ORN^CP|030|||M|||||||N||||NL|202611201200|Y`,
    );
    expect(patient).toMatchObject({
      meta: { profile: ['http://nictiz.nl/fhir/StructureDefinition/nl-core-Patient'] },
      name: [{ use: 'official', family: 'de Vries', given: ['Anna'] }],
      gender: 'female',
      birthDate: '1941-03-07',
      address: [{ city: 'Amsterdam' }],
      telecom: [{ value: '020', use: 'home' }, { value: '06' }, { value: '030', use: 'work' }],
      deceasedDateTime: '2026-11-20T12:00:00+01:00',
    });
    expect(entry.warnings).toEqual([]);
    expect(unusedOf(read).filter(({ source }) => source.startsWith('PID'))).toEqual([
      { source: 'PID-1', reason: 'counts segments within the message' },
      { source: 'PID-3.5', reason: 'part of the value of PID-3.4' },
      { source: 'PID-30', reason: 'part of the value of PID-29' },
    ]);
  });

  test('carries every other filled place by name, and no null', () => {
    const { patient } = patientOf(`PID|1||${BSN}||""||""|F||""|||||NLD|M|RK|acc|||||||||||||Y|NNNLD`);
    expect(carried(patient)).toEqual([
      ['PID-15', 'NLD'],
      ['PID-17', 'RK'],
      ['PID-31', 'Y'],
      ['PID-32', 'NNNLD'],
    ]);
    expect(patient).not.toHaveProperty('name');
    expect(patient).not.toHaveProperty('birthDate');
    expect(patient?.maritalStatus?.coding?.[0]?.code).toBe('M');
  });

  test('never guesses a gender, a civil state, a death', () => {
    const { patient, entry } = patientOf(`PID|1||${BSN}|||||V||||||||X|||||||||||||20261120|N`);
    expect(patient).not.toHaveProperty('gender');
    expect(patient).not.toHaveProperty('maritalStatus');
    expect(patient).not.toHaveProperty('deceasedDateTime');
    expect(carried(patient)).toEqual([
      ['PID-8', 'V'],
      ['PID-16', 'X'],
      ['PID-29', '20261120'],
      ['PID-30', 'N'],
    ]);
    expect(entry.warnings).toMatchObject([{ code: 'untranslated-code', location: 'PID-8' }]);
  });

  test('warns when the sender marks the identity as unverified', () => {
    const flags = `${'|'.repeat(28)}Y|NNNLD`;
    expect(patientOf(`PID|1||${BSN}${flags}`).entry.warnings).toMatchObject([
      { code: 'unverified-bsn', location: 'PID-31' },
    ]);
    expect(patientOf(`PID|1||5${flags}`).entry.warnings).toEqual([]);
  });

  test('has the contacts of NK1 and the general practitioner of PD1', () => {
    const { patient, bundle } = patientOf(
      `PID|1||${BSN}`,
      'PD1||||01004567^van Houten^B.R.^^^^^^VEKTIS',
      'NK1|1|Vries^Piet|BRO^broer||020|030^^PH|EP|||verpleger',
      'NK1|2|Jansen^An|x^buurvrouw^L',
    );
    const role = only<PractitionerRole>(bundle, 'PractitionerRole');
    expect(patient?.generalPractitioner?.[0]?.reference).toBe(
      bundle.entry?.find(({ resource }) => resource === role)?.fullUrl,
    );
    expect(patient?.contact).toMatchObject([
      {
        name: { use: 'official', text: 'Piet Vries', family: 'Vries', given: ['Piet'] },
        relationship: [
          {
            coding: [
              { system: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode', code: 'BRO' },
              { code: 'BRO', display: 'broer' },
            ],
          },
          { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0131', code: 'EP' }] },
        ],
        telecom: [{ value: '020' }, { value: '030', use: 'work' }],
      },
      { name: { family: 'Jansen' }, relationship: [{ coding: [{ code: 'x', display: 'buurvrouw' }] }] },
    ]);
    expect(carried(patient)).toEqual([['NK1[1]-10', 'verpleger']]);
  });

  test('has no contact of a relation without name, number or address', () => {
    const { patient } = patientOf(`PID|1||${BSN}`, 'NK1|1||BRO^broer');
    expect(patient).not.toHaveProperty('contact');
    expect(carried(patient)).toEqual([
      ['NK1-3.1', 'BRO'],
      ['NK1-3.2', 'broer'],
    ]);
  });

  test('explains each leaf by a place of the message, a constant or a derivation', () => {
    const draft = new BundleDraft(context.source, '7');
    patientEntry(draft, message([`PID|1||4109590^^^AMC^PI~${BSN}||de Vries^A^^^^^L||19410307|F`]), context);
    const trace = explainBundle(mapped(draft.entries()));
    for (const { source } of trace) expect(source).toMatch(/^(PID-\d+(\[\d+\])?(\.\d+){0,2}|constant|derived)$/);
    expect(trace.find(({ path }) => path === 'Bundle.entry[0].resource.identifier[1].value')?.source).toBe(
      'PID-3[2].1',
    );
    expect(trace.find(({ path }) => path === 'Bundle.entry[0].resource.birthDate')?.source).toBe('PID-7');
  });
});

describe('the stay of PV1', () => {
  function stay(...lines: string[]) {
    const draft = new BundleDraft(context.source, '7');
    const result = encounterEntry(draft, message(lines), context, 'urn:uuid:1');
    const bundle = built(draft);
    return { result, bundle, encounter: result.reference === null ? null : only<Encounter>(bundle, 'Encounter') };
  }

  test.each([
    ['E', 'http://terminology.hl7.org/CodeSystem/v3-ActCode', 'EMER', 'in-progress'],
    ['I', 'http://terminology.hl7.org/CodeSystem/v3-ActCode', 'IMP', 'in-progress'],
    ['O', 'http://terminology.hl7.org/CodeSystem/v3-ActCode', 'AMB', 'in-progress'],
    ['P', 'http://terminology.hl7.org/CodeSystem/v3-ActCode', 'PRENC', 'planned'],
    ['R', 'http://terminology.hl7.org/CodeSystem/v2-0004', 'R', 'in-progress'],
    ['U', 'http://terminology.hl7.org/CodeSystem/v2-0004', 'U', 'unknown'],
    ['D', 'https://fhir.wijkkliniek.example/CodeSystem/amc/PV1-2', 'D', 'in-progress'],
    ['', 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor', 'UNK', 'unknown'],
  ])('class %s is %s#%s, %s', (code, system, expected, status) => {
    const { encounter, result } = stay(`PV1|1|${code}`);
    expect(encounter).toMatchObject({ class: { system, code: expected }, status });
    expect(result.warnings).toHaveLength(code === 'D' ? 1 : 0);
  });

  test('has number, place, people and times, and carries the rest', () => {
    const { encounter, bundle, result } = stay(
      'PV1|1|E|SEH^K2^B1|A|||01004567^van Houten^B.R.^^^^^^VEKTIS|||CAR||||7|||||V99^^^AMC^VN|||||||||||||||||01||||||||202611201300|202611201800|||||x',
      'PV2|||233604007^Pneumonie^SCT',
    );
    expect(result.id).toEqual({ system: 'https://fhir.wijkkliniek.example/NamingSystem/amc/visit/AMC', value: 'V99' });
    expect(encounter).toMatchObject({
      status: 'finished',
      subject: { reference: 'urn:uuid:1' },
      period: { start: '2026-11-20T13:00:00+01:00', end: '2026-11-20T18:00:00+01:00' },
      participant: [{ type: [{ coding: [{ code: 'ATND' }] }] }],
      serviceType: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0069', code: 'CAR' }] },
      hospitalization: { admitSource: { coding: [{ code: '7' }] }, dischargeDisposition: { coding: [{ code: '01' }] } },
      location: [{ status: 'completed' }],
      reasonCode: [{ coding: [{ system: 'http://snomed.info/sct', code: '233604007' }] }],
    });
    expect(only<Location>(bundle, 'Location').name).toBe('SEH, K2, B1');
    expect(encounter?.identifier?.map(({ value }) => value)).toContain('x');
  });

  test('takes the status the event says', () => {
    const draft = new BundleDraft(context.source, '7');
    encounterEntry(draft, message(['PV1|1|I']), context, 'urn:uuid:1', { status: constant('cancelled') });
    expect(only<Encounter>(built(draft), 'Encounter').status).toBe('cancelled');
  });

  test('is absent without PV1', () => {
    expect(stay('PID|1').result).toEqual({ reference: null, id: null, warnings: [] });
  });
});

describe('professionals and organisations', () => {
  const field = (text: string, controlId = '7') =>
    message([`ZZ1|${text}`], controlId)
      .all('ZZ1')[0]
      ?.rep(1);
  const reading = readingFor(context.source);
  function role(text: string, controlId = '7'): string | undefined {
    const repetition = field(text, controlId);
    if (repetition === undefined) throw new Error('no field');
    return practitionerRoleEntry(new BundleDraft(context.source, controlId), repetition, 'r', reading, controlId);
  }

  test('with a number are the same entry in every message, with a name alone in this one only', () => {
    const numbered = '01004567^van Houten^B.R.^^^^^^VEKTIS';
    expect(role(numbered, '1')).toBe(role(numbered, '2'));
    expect(role('^van Houten', '1')).not.toBe(role('^van Houten', '2'));
    expect(role('^^^^^^^^VEKTIS')).toBeUndefined();
  });

  test('an organisation and the sending party become Organizations', () => {
    const draft = new BundleDraft(context.source, '7');
    const repetition = field('Lab^^01012341^^^VEKTIS');
    if (repetition === undefined) throw new Error('no field');
    expect(organizationEntry(draft, repetition, 'r', reading)).toMatch(/^urn:uuid:/);
    const party = { id: 'amc', name: 'AMC', ura: '00001234', agb: '06010101' };
    expect(partyEntry(draft, { ...context.source, party }, 'r')).toMatch(/^urn:uuid:/);
    expect(partyEntry(draft, context.source, 'r')).toBeUndefined();
    expect(built(draft).entry?.map(({ request }) => request?.url)).toEqual([
      'Organization?identifier=http%3A%2F%2Ffhir.nl%2Ffhir%2FNamingSystem%2Fagb-z%7C01012341',
      'Organization?identifier=http%3A%2F%2Ffhir.nl%2Ffhir%2FNamingSystem%2Fura%7C00001234',
    ]);
  });
});

test('comments are annotations in order; repetitions are lines', () => {
  const read = message(['NTE|1||eerste~tweede', 'NTE|2||', 'NTE|3||  ingesprongen\\.br\\regel']);
  expect(annotations(read.all('NTE'), 'nte').map((draft) => finish<{ text: string }>(draft))).toEqual([
    { text: 'eerste\ntweede' },
    { text: '  ingesprongen\nregel' },
  ]);
  expect(
    unusedOf(read)
      .filter(({ source }) => source.startsWith('NTE'))
      .map(({ source }) => source),
  ).toEqual(['NTE[1]-1', 'NTE[1]-3[2]', 'NTE[2]-1', 'NTE[3]-1']);
});

test('a remainder is taken once, and what stays behind has a reason', () => {
  const read = message(['OBX|1|NM|a||5|mmol/l', 'GT1|1|x', 'AL1|1||noten']);
  const draft = new BundleDraft(context.source, '7');
  const id = { system: 's', value: 'v' };
  draft.add<Observation>('Observation', id, () => ({
    identifier: [identifierOf(id)],
    extension: carryRemainders(read.all('OBX'), 'rest'),
  }));
  expect(carried(only<Observation>(built(draft), 'Observation'))).toEqual([
    ['OBX-3', 'a'],
    ['OBX-5', '5'],
    ['OBX-6', 'mmol/l'],
  ]);
  expect(carryRemainders(read.all('OBX'), 'rest')).toEqual([]);
  expect(unusedOf(read).filter(({ source }) => !source.startsWith('MSH'))).toEqual([
    { source: 'OBX-1', reason: 'counts segments within the message' },
    { source: 'OBX-2', reason: 'tells how other fields are encoded' },
    { source: 'GT1-1', reason: 'counts segments within the message' },
    { source: 'GT1-2', reason: 'billing' },
    { source: 'AL1-1', reason: 'counts segments within the message' },
    { source: 'AL1-3', reason: 'no place for AL1 in this mapping' },
  ]);
});
