import type {
  Bundle,
  CareTeam,
  FhirResource,
  Observation,
  Patient,
  PractitionerRole,
  ServiceRequest,
} from 'fhir/r4.js';
import fc from 'fast-check';
import { passesElfproef } from '../../profiles/bsn.ts';
import { SYSTEM, WK_CODES, wkProfile } from '../../profiles/canonical.ts';
import { checkRules } from '../../profiles/rules.ts';
import { AT, transferBundle } from './transfer-bundle.ts';

type Change = (resources: FhirResource[]) => void;
type Type = FhirResource['resourceType'];
const isA = <T extends Type>(
  type: T,
  resource: FhirResource | undefined,
): resource is Extract<FhirResource, { resourceType: T }> => resource?.resourceType === type;
const at =
  <T extends Type>(type: T, index: number, change: (it: Extract<FhirResource, { resourceType: T }>) => void): Change =>
  (resources) => {
    const resource = resources[index];
    if (!isA(type, resource)) throw new Error(`entry ${index} is no ${type}`);
    change(resource);
  };
const request = (change: (resource: ServiceRequest) => void) => at('ServiceRequest', AT.request, change);
const triage = (change: (resource: Observation) => void) => at('Observation', AT.triage, change);
const team = (change: (resource: CareTeam) => void) => at('CareTeam', AT.team, change);
/** Takes a resource out while the others keep their place and fullUrl. */
const without =
  (index: number): Change =>
  (resources) => {
    resources[index] = { resourceType: 'Basic', code: { text: 'taken out' } };
  };
const all =
  (...changes: Change[]): Change =>
  (resources) => {
    for (const change of changes) change(resources);
  };
const tier = (...codes: string[]) => codes.map((code) => ({ coding: [{ system: WK_CODES, code }] }));
const participation = (code: string) => [{ coding: [{ system: SYSTEM.participation, code }] }];

const found = (change: Change): string[] =>
  checkRules(transferBundle(change)).map(({ rule, expression }) => `${rule} at ${expression}`);

test('a complete transfer meets every rule and is warned of nothing', () => {
  expect(checkRules(transferBundle())).toEqual([]);
});

test('an issue says what to mend and holds no value', () => {
  const [issue] = checkRules(
    transferBundle(
      at('Patient', AT.patient, ({ identifier }) => {
        Object.assign(identifier?.[0] ?? {}, { value: '999900007' });
      }),
    ),
  );
  expect(issue).toMatchObject({
    severity: 'error',
    code: 'value',
    expression: 'Bundle.entry[1].resource.identifier[0].value',
    rule: 'wk-bsn-1',
  });
  expect(issue?.text).toContain('elfproef');
  expect(JSON.stringify(issue)).not.toContain('999900007');
});

describe('BSN', () => {
  const patient = (...values: string[]): Patient => ({
    resourceType: 'Patient',
    identifier: values.map((value) => ({ system: SYSTEM.bsn, value })),
  });
  const rulesOf = (resource: FhirResource) => checkRules(resource).map(({ rule }) => rule);

  test('the FHIRPath rule and the elfproef of the code agree on every number', () => {
    const text = fc.oneof(
      fc.stringMatching(/^\d{7,10}$/),
      fc.constantFrom('999900006', '000000000', '', ' 999900006', '99990000a', '123456782', '23456786'),
    );
    fc.assert(
      fc.property(text, (bsn) => {
        fc.pre(bsn === bsn.trim() && bsn !== '');
        expect(rulesOf(patient(bsn)).includes('wk-bsn-1')).toBe(!passesElfproef(bsn));
      }),
      { numRuns: 300 },
    );
  });

  test('is checked in any Bundle, of every Patient, and in a Patient alone', () => {
    expect(checkRules(patient('999900007'))).toMatchObject([{ expression: 'Patient.identifier[0].value' }]);
    const bundle: Bundle<Patient> = {
      resourceType: 'Bundle',
      type: 'collection',
      entry: [{ resource: patient('999900006') }, { resource: patient('111') }],
    };
    expect(checkRules(bundle)).toMatchObject([
      { rule: 'wk-bsn-1', expression: 'Bundle.entry[1].resource.identifier[0].value' },
    ]);
  });

  test('may be absent outside a transfer, and masked', () => {
    expect(checkRules(patient())).toEqual([]);
    expect(
      checkRules({ resourceType: 'Patient', identifier: [{ system: SYSTEM.bsn, _value: { extension: [] } }] }),
    ).toEqual([]);
    expect(checkRules({ resourceType: 'Bundle', type: 'collection' })).toEqual([]);
  });

  test('a number of another system is not a BSN', () => {
    expect(
      checkRules({ resourceType: 'Patient', identifier: [{ system: 'https://hospital.example', value: '4109590' }] }),
    ).toEqual([]);
  });

  test('is one: two different numbers name two people', () => {
    expect(checkRules(patient('999900006', '999911120'))).toMatchObject([
      { rule: 'wk-bsn-2', expression: 'Patient.identifier[1].value' },
    ]);
    expect(checkRules(patient('999900006', '999900006'))).toEqual([]);
    const former = patient('999900006', '999911120');
    Object.assign(former.identifier?.[1] ?? {}, { use: 'old' });
    expect(checkRules(former)).toEqual([]);
  });

  test('of a reference by identifier must pass as well', () => {
    expect(
      found(
        request((resource) => {
          resource.subject.identifier = { system: SYSTEM.bsn, value: '999900007' };
        }),
      ),
    ).toEqual(['wk-bsn-1 at Bundle.entry[0].resource.subject.identifier.value']);
  });
});

describe('patient of a transfer', () => {
  test.each<[string, Change, string]>([
    ['stands in the Bundle', without(AT.patient), 'wk-transfer-2 at Bundle.entry[0].resource.subject'],
    [
      'is a Patient',
      request(({ subject }) => (subject.reference = 'urn:uuid:3')),
      'wk-transfer-2 at Bundle.entry[0].resource.subject',
    ],
    [
      'has a BSN',
      at('Patient', AT.patient, (patient) => patient.identifier?.shift()),
      'wk-transfer-3 at Bundle.entry[1].resource',
    ],
  ])('%s', (_, change, issue) => {
    expect(found(change)).toContain(issue);
  });

  test('is found by Type/id and by an absolute URL as well', () => {
    expect(found(request(({ subject }) => (subject.reference = 'Patient/anna')))).toEqual([]);
    expect(found(request(({ subject }) => (subject.reference = 'Patient/anna/_history/3')))).toEqual([]);
  });

  test('one transfer stands in a Bundle', () => {
    expect(found((resources) => resources.push(structuredClone(resources[AT.request] as ServiceRequest)))).toEqual(
      ['wk-transfer-1 at Bundle.entry[11].resource', 'wk-tier-4 at never'].slice(0, 1),
    );
  });
});

describe('tier', () => {
  test('in orderDetail alone, or in the triage outcome alone, is enough', () => {
    expect(found(without(AT.triage))).toEqual([]);
    expect(found(request((resource) => delete resource.orderDetail))).toEqual([]);
  });

  test('is found by the profile and by the code of the triage outcome', () => {
    const noDetail = request((resource) => delete resource.orderDetail);
    expect(
      found(
        all(
          noDetail,
          triage((outcome) => delete outcome.meta),
        ),
      ),
    ).toEqual([]);
    expect(
      found(
        all(
          noDetail,
          triage((outcome) => (outcome.code = { text: 'triage' })),
        ),
      ),
    ).toEqual([]);
    const versioned = triage((outcome) => (outcome.meta = { profile: [`${wkProfile('TriageOutcome')}|0.1.0`] }));
    expect(
      found(
        all(
          noDetail,
          versioned,
          triage((outcome) => (outcome.code = { text: 'triage' })),
        ),
      ),
    ).toEqual([]);
  });

  test.each<[string, Change, string[]]>([
    [
      'none',
      all(
        without(AT.triage),
        request((resource) => delete resource.orderDetail),
      ),
      ['wk-tier-1 at Bundle.entry[0].resource'],
    ],
    [
      'only words',
      all(
        without(AT.triage),
        request((resource) => (resource.orderDetail = [{ text: 'wijkkliniek-complex' }])),
      ),
      ['wk-tier-1 at Bundle.entry[0].resource'],
    ],
    [
      'entered in error',
      all(
        request((resource) => delete resource.orderDetail),
        triage((outcome) => (outcome.status = 'entered-in-error')),
      ),
      ['wk-tier-1 at Bundle.entry[0].resource'],
    ],
    [
      'no tier of ours',
      all(
        without(AT.triage),
        request((resource) => (resource.orderDetail = tier('wijkkliniek'))),
      ),
      ['wk-tier-2 at Bundle.entry[0].resource.orderDetail[0].coding[0].code'],
    ],
    [
      'elv',
      all(
        without(AT.triage),
        request((resource) => (resource.orderDetail = tier('elv'))),
      ),
      ['wk-tier-3 at Bundle.entry[0].resource.orderDetail[0].coding[0].code'],
    ],
    [
      'ziekenhuis',
      all(
        request((resource) => delete resource.orderDetail),
        triage((outcome) => (outcome.valueCodeableConcept = tier('ziekenhuis')[0] ?? {})),
      ),
      ['wk-tier-3 at Bundle.entry[2].resource.value.coding[0].code'],
    ],
    [
      'contradicting between request and triage',
      triage((outcome) => (outcome.valueCodeableConcept = tier('wijkkliniek-light')[0] ?? {})),
      ['wk-tier-4 at Bundle.entry[2].resource.value.coding[0].code'],
    ],
    [
      'contradicting within the request',
      all(
        without(AT.triage),
        request((resource) => (resource.orderDetail = tier('wijkkliniek-complex', 'wijkkliniek-light'))),
      ),
      ['wk-tier-4 at Bundle.entry[0].resource.orderDetail[1].coding[0].code'],
    ],
  ])('%s is refused', (_, change, issues) => {
    expect(found(change)).toEqual(issues);
  });

  test('other order details beside it are nobody else’s business', () => {
    expect(
      found(request((resource) => resource.orderDetail?.push({ coding: [{ system: SYSTEM.snomed, code: '1' }] }))),
    ).toEqual([]);
  });
});

describe('regiebehandelaar', () => {
  const participant = (index: number, change: (participant: NonNullable<CareTeam['participant']>[number]) => void) =>
    team(({ participant: members }) => {
      const member = members?.[index];
      if (member) change(member);
    });
  const ended = (end: string) => participant(0, (member) => (member.period = { end }));

  test.each<[string, Change, string[]]>([
    [
      'no CareTeam',
      without(AT.team),
      ['wk-role-1 at Bundle.entry[0].resource', 'wk-role-3 at Bundle.entry[0].resource'],
    ],
    [
      'no RESP',
      participant(0, (member) => (member.role = participation('ATND'))),
      ['wk-role-1 at Bundle.entry[3].resource'],
    ],
    [
      'two of them',
      participant(1, (member) => (member.role = participation('RESP'))),
      ['wk-role-2 at Bundle.entry[3].resource.participant[1].role[0]'],
    ],
    [
      'one whose period ended before the request',
      ended('2026-11-20T13:00:00+01:00'),
      ['wk-role-1 at Bundle.entry[3].resource'],
    ],
    [
      'an inactive team',
      team((careTeam) => (careTeam.status = 'inactive')),
      ['wk-role-1 at Bundle.entry[0].resource', 'wk-role-3 at Bundle.entry[0].resource'],
    ],
    [
      'a team entered in error',
      team((careTeam) => (careTeam.status = 'entered-in-error')),
      ['wk-role-1 at Bundle.entry[0].resource', 'wk-role-3 at Bundle.entry[0].resource'],
    ],
    [
      'RESP of another code system',
      participant(0, (member) => (member.role = [{ coding: [{ system: 'https://example.org', code: 'RESP' }] }])),
      ['wk-role-1 at Bundle.entry[3].resource'],
    ],
  ])('%s is refused', (_, change, issues) => {
    expect(found(change)).toEqual(issues);
  });

  test('is active until the end of a period that had not passed when the transfer was asked for', () => {
    expect(found(ended('2026-11-20T15:00:00+01:00'))).toEqual([]);
    expect(found(ended('2026-11-20'))).toEqual([]);
  });

  test('whose predecessor has ended is the one', () => {
    expect(
      found(
        team(({ participant: members }) =>
          members?.push({ role: participation('RESP'), period: { end: '2026-11-19' } }),
        ),
      ),
    ).toEqual([]);
  });

  test('a team without a status counts', () => {
    expect(found(team((careTeam) => delete careTeam.status))).toEqual([]);
  });
});

describe('wijkkliniek-complex', () => {
  const specialty = (index: number, ...codings: { system: string; code: string }[]) =>
    at('PractitionerRole', index, (role) => (role.specialty = [{ coding: codings }]));
  const uzi = (code: string) => ({ system: SYSTEM.uziRole, code });
  const geriatric = { system: WK_CODES, code: 'internist-ouderengeneeskunde' };

  test.each<[string, Change]>([
    [
      'a klinisch geriater as regiebehandelaar',
      all(specialty(AT.responsible, uzi('01.022')), specialty(AT.coTreating, uzi('01.010'))),
    ],
    ['an internist ouderengeneeskunde as medebehandelaar', specialty(AT.coTreating, uzi('01.016'), geriatric)],
    [
      'one contained in the CareTeam',
      team((careTeam) => {
        const role = { system: SYSTEM.uziRole, code: '01.022' };
        const geriater: PractitionerRole = {
          resourceType: 'PractitionerRole',
          id: 'geriater',
          specialty: [{ coding: [role] }],
        };
        careTeam.contained = [geriater];
        Object.assign(careTeam.participant?.[1] ?? {}, { member: { reference: '#geriater' } });
      }),
    ],
    [
      'the profession in PractitionerRole.code',
      at('PractitionerRole', AT.coTreating, (role) => {
        role.code = role.specialty ?? [];
        delete role.specialty;
      }),
    ],
  ])('takes %s', (_, change) => {
    expect(found(change)).toEqual([]);
  });

  test.each<[string, Change]>([
    ['a cardioloog', specialty(AT.coTreating, uzi('01.010'))],
    ['an internist', specialty(AT.coTreating, uzi('01.016'))],
    ['the wk code alone', specialty(AT.coTreating, geriatric)],
    [
      'a geriater who only consults',
      team(({ participant }) => Object.assign(participant?.[1] ?? {}, { role: participation('CON') })),
    ],
    [
      'a geriater whose period ended',
      team(({ participant }) => Object.assign(participant?.[1] ?? {}, { period: { end: '2026-11-01' } })),
    ],
    [
      'a geriater outside the Bundle',
      team(({ participant }) => Object.assign(participant?.[1] ?? {}, { member: { reference: 'PractitionerRole/9' } })),
    ],
  ])('does not take %s', (_, change) => {
    expect(found(change)).toEqual(['wk-role-3 at Bundle.entry[3].resource']);
  });

  test('wijkkliniek-light needs none', () => {
    const light = tier('wijkkliniek-light');
    expect(
      found(
        all(
          request((resource) => (resource.orderDetail = light)),
          triage((outcome) => (outcome.valueCodeableConcept = light[0] ?? {})),
          specialty(AT.coTreating, uzi('01.023')),
        ),
      ),
    ).toEqual([]);
  });
});

describe('what a nurse would miss', () => {
  const measuredAt = (time: string) =>
    at('Observation', AT.heartRate, (observation) => (observation.effectiveDateTime = time));

  test.each<[string, Change, string]>([
    ['no-allergy-statement', without(AT.allergy), 'Bundle'],
    ['no-medication-statement', without(AT.medication), 'Bundle'],
    ['no-treatment-directive', without(AT.directive), 'Bundle'],
    ['no-recent-vital-signs', without(AT.heartRate), 'Bundle'],
    ['no-recent-vital-signs', measuredAt('2026-11-20T13:04:59+01:00'), 'Bundle'],
    [
      'no-recent-vital-signs',
      at('Observation', AT.heartRate, (observation) => (observation.status = 'entered-in-error')),
      'Bundle',
    ],
    ['no-recent-vital-signs', request((resource) => delete resource.authoredOn), 'Bundle'],
    ['no-contact-person', without(AT.contact), 'Bundle.entry[1].resource'],
  ])('%s warns and does not refuse', (rule, change, expression) => {
    expect(checkRules(transferBundle(change))).toMatchObject([
      { severity: 'warning', rule, expression, code: 'informational' },
    ]);
  });

  test('vital signs of an hour ago, in another zone, are recent', () => {
    expect(found(measuredAt('2026-11-20T12:05:00Z'))).toEqual([]);
  });

  test('the Task tells when the transfer was asked for where the ServiceRequest does not', () => {
    expect(
      found(
        all(
          request((resource) => delete resource.authoredOn),
          (resources) =>
            resources.push({
              resourceType: 'Task',
              status: 'requested',
              intent: 'order',
              authoredOn: '2026-11-20T14:05:00+01:00',
            }),
        ),
      ),
    ).toEqual([]);
  });

  test('a contact within the Patient is a contact person', () => {
    expect(
      found(
        all(
          without(AT.contact),
          at('Patient', AT.patient, (patient) => (patient.contact = [{ name: { text: 'dochter' } }])),
        ),
      ),
    ).toEqual([]);
  });

  test('a Bundle that asks for no transfer is warned of nothing', () => {
    expect(found(request((resource) => (resource.code = { text: 'bloedonderzoek' })))).toEqual([]);
  });
});

test('the rules leave no trace in the resource they checked', () => {
  const bundle = transferBundle(without(AT.contact));
  const before = JSON.stringify(bundle);
  const deepFreeze = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  };
  deepFreeze(bundle);
  expect(checkRules(bundle)).toHaveLength(1);
  expect(JSON.stringify(bundle)).toBe(before);
  const entry: object = bundle.entry?.[1]?.resource ?? {};
  expect(Object.getOwnPropertyNames(entry)).toEqual(Object.keys(entry));
});
