import type { PractitionerRole } from 'fhir/r4.js';
import { SYSTEM, WK_CODES } from '../../../profiles/canonical.ts';
import { all, at, found, participation, request, team, tier, triage, type Change } from './change.ts';
import { AT } from './transfer-bundle.ts';

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
