import type { CareTeam } from 'fhir/r4.js';
import { found, participation, team, without, type Change } from './change.ts';
import { AT } from './transfer-bundle.ts';

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
