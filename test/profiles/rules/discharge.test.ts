/** A discharge is a transfer of care too, and asks for no bed in a wijkkliniek. */
import type { Composition } from 'fhir/r4.js';
import { SYSTEM, WK_CODES, wkProfile } from '../../../profiles/canonical.ts';
import { all, found, request, without, type Change } from './change.ts';
import { AT } from './transfer-bundle.ts';

const letter = (system: string, code: string): Composition => ({
  resourceType: 'Composition',
  status: 'final',
  type: { coding: [{ system, code }] },
  date: '2026-11-28',
  author: [{ display: 'V. Specialist' }],
  title: 'Ontslagbericht',
});
const withLetter =
  (system: string, code: string): Change =>
  (resources) => {
    resources.push(letter(system, code));
  };
const withoutTierAndRoles = all(
  request((resource) => {
    delete resource.orderDetail;
    delete resource.meta;
  }),
  without(AT.triage),
  without(AT.team),
);

test.each([
  [SYSTEM.loinc, '18842-5'],
  [WK_CODES, 'discharge-handover'],
])('a Bundle with a letter of discharge (%s %s) needs no tier and no roles', (system, code) => {
  expect(found(withoutTierAndRoles)).not.toEqual([]);
  expect(found(all(withoutTierAndRoles, withLetter(system, code)))).toEqual([]);
});

test('another letter exempts from nothing', () => {
  expect(found(all(withoutTierAndRoles, withLetter(SYSTEM.loinc, '11488-4')))).toEqual(found(withoutTierAndRoles));
});

test('a request that claims to be a transfer stays one, whatever letter goes along', () => {
  const claimed = all(
    withoutTierAndRoles,
    request((resource) => {
      resource.meta = { profile: [wkProfile('TransferRequest')] };
    }),
  );
  expect(found(claimed)).not.toEqual([]);
  expect(found(all(claimed, withLetter(SYSTEM.loinc, '18842-5')))).toEqual(found(claimed));
});
