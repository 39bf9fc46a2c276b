import type { CareTeam, Composition, FhirResource, Observation, ServiceRequest, Task } from 'fhir/r4.js';
import { SYSTEM, WK_CODES, WK_TASK, wkProfile } from '../../profiles/canonical.ts';
import { isError } from '../../profiles/issue.ts';
import { createValidator } from '../../profiles/validator.ts';
import { wkPackage } from '../../profiles/wk/package.ts';

const validator = createValidator([wkPackage]);
const errors = (name: string, resource: FhirResource): string[] =>
  validator
    .validate({ ...resource, meta: { profile: [wkProfile(name)] } })
    .filter(isError)
    .map(({ rule, expression }) => `${rule} at ${expression}`);

const coded = (system: string, code: string) => ({ coding: [{ system, code }] });
const subject = { reference: 'Patient/1' };

const ACTIVE = coded('http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', 'active');

const request: ServiceRequest = {
  resourceType: 'ServiceRequest',
  status: 'active',
  intent: 'order',
  code: coded(SYSTEM.snomed, '308292007'),
  orderDetail: [coded(WK_CODES, 'wijkkliniek-light')],
  subject,
};
const task: Task = {
  resourceType: 'Task',
  identifier: [{ system: WK_TASK, value: '1' }],
  status: 'requested',
  intent: 'order',
  code: coded(SYSTEM.taskCode, 'fulfill'),
  focus: { reference: 'ServiceRequest/1' },
  authoredOn: '2026-11-20T14:05:00+01:00',
  requester: { display: 'SEH' },
  owner: { display: 'VVT' },
};
const triage: Observation = {
  resourceType: 'Observation',
  status: 'final',
  code: coded(WK_CODES, 'triage-outcome'),
  subject,
  valueCodeableConcept: coded(WK_CODES, 'wijkkliniek-light'),
};
const notice: Composition = {
  resourceType: 'Composition',
  status: 'final',
  type: coded(SYSTEM.snomed, '721915006'),
  subject,
  date: '2026-11-20T14:05:00+01:00',
  author: [{ display: 'SEH' }],
  title: 'Vooraanmelding',
  section: [{ title: 'Reden', entry: [{ reference: 'ServiceRequest/1' }] }],
};
const result: Observation = {
  resourceType: 'Observation',
  status: 'final',
  category: [coded(SYSTEM.observationCategory, 'laboratory')],
  code: coded('https://example.org/lab-codes', 'K'),
  subject,
  interpretation: [coded(SYSTEM.interpretation, 'H'), { text: 'te hoog' }],
  valueQuantity: { value: 5.6 },
};
const member = (role: string) => ({
  role: [coded(SYSTEM.participation, role)],
  member: { reference: 'PractitionerRole/1' },
});
const team: CareTeam = {
  resourceType: 'CareTeam',
  subject,
  participant: [member('RESP'), member('SPRF'), member('ATND')],
};
const question: ServiceRequest = {
  resourceType: 'ServiceRequest',
  status: 'active',
  intent: 'order',
  code: coded(SYSTEM.nza, '190017'),
  subject,
  requester: { reference: 'PractitionerRole/1' },
  reasonCode: [{ text: 'Mag de furosemide omhoog?' }],
};

test.each<[string, FhirResource]>([
  ['TransferRequest', request],
  ['TransferTask', task],
  ['TriageOutcome', triage],
  ['AdvanceNotice', notice],
  ['LaboratoryTestResult', result],
  ['CareTeam', team],
  ['CoTreatmentRequest', question],
  ['FallRisk', { ...triage, code: coded(WK_CODES, 'fall-risk'), valueCodeableConcept: { text: 'ja' } }],
  ['Specimen', { resourceType: 'Specimen', type: coded('https://example.org/specimens', 'BL'), subject }],
  [
    'AllergyIntolerance',
    { resourceType: 'AllergyIntolerance', patient: subject, clinicalStatus: ACTIVE, code: { text: 'Noten' } },
  ],
  ['Alert', { resourceType: 'Flag', status: 'active', subject, code: { text: 'Isolatie' } }],
])('wk-%s takes what it is for', (name, resource) => {
  expect(errors(name, resource)).toEqual([]);
});

test.each<[string, string, FhirResource, string]>([
  ['TransferRequest', 'another code', { ...request, code: coded(SYSTEM.snomed, '3457005') }, 'Bundle'],
  ['TransferRequest', 'an unknown tier', { ...request, orderDetail: [coded(WK_CODES, 'luxe')] }, 'wk-request-1'],
  ['TransferTask', 'status draft', { ...task, status: 'draft' }, 'wk-task-1'],
  ['TransferTask', 'status on-hold', { ...task, status: 'on-hold' }, 'wk-task-1'],
  ['TriageOutcome', 'an unknown tier', { ...triage, valueCodeableConcept: coded(WK_CODES, 'luxe') }, 'value'],
  [
    'AdvanceNotice',
    'narrative',
    { ...notice, text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>' } },
    'wk-notice-1',
  ],
  ['AdvanceNotice', 'a named subject', { ...notice, subject: { display: 'x' } }, 'wk-notice-2'],
  [
    'LaboratoryTestResult',
    'no laboratory category',
    { ...result, category: [coded(SYSTEM.observationCategory, 'vital-signs')] },
    'category',
  ],
  ['LaboratoryTestResult', 'two notes', { ...result, note: [{ text: 'x' }, { text: 'y' }] }, 'note'],
  [
    'CareTeam',
    'two regiebehandelaars without an end',
    { ...team, participant: [member('RESP'), member('RESP')] },
    'wk-careteam-1',
  ],
  [
    'CareTeam',
    'a member without a role',
    { ...team, participant: [{ member: { reference: 'PractitionerRole/1' } }] },
    'role',
  ],
  ['CoTreatmentRequest', 'another code', { ...question, code: coded(SYSTEM.nza, '190005') }, 'wk-cotreatment-1'],
  ['CoTreatmentRequest', 'no question', { ...question, reasonCode: [] }, 'wk-cotreatment-2'],
])('wk-%s refuses %s', (name, _, resource, fault) => {
  const found = errors(name, resource);
  expect(found.length).toBeGreaterThan(0);
  if (fault !== 'Bundle') expect(found.join('; ')).toContain(fault);
});

describe('wk-source-field', () => {
  const field = (...extension: { url: string; valueString: string }[]): FhirResource => ({
    ...triage,
    extension: [{ url: wkProfile('source-field'), extension }],
  });
  const path = { url: 'path', valueString: 'OBX[3]-18.1' };
  const value = { url: 'value', valueString: 'AU5800' };

  test('carries a path and a value', () => {
    expect(errors('TriageOutcome', field(path, value))).toEqual([]);
  });

  test('needs both', () => {
    expect(errors('TriageOutcome', field(path))).not.toEqual([]);
    expect(errors('TriageOutcome', field(path, value, { url: 'other', valueString: 'x' }))).not.toEqual([]);
  });
});
