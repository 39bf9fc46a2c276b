/** A professional in a role to PRD: the inverse of `referral-v2/provider.ts`. */
import type { Practitioner, Reference } from 'fhir/r4.js';
import { SYSTEM } from '../../../profiles/canonical.ts';
import { constant } from '../../draft.ts';
import { cwe } from './codes.ts';
import { isDerived } from './numbers.ts';
import type { Writing } from './partner.ts';
import { xpn, xtn } from './persons.ts';
import { xon } from './people.ts';
import { rep, SheetSegment, type Rep } from './sheet.ts';
import { each, type Spot } from './spot.ts';

const RULE = 'write.PRD';

/** PRD-7.2: the register by the name Dutch messages have for it. */
const REGISTERS: Readonly<Record<string, string>> = {
  [SYSTEM.agb]: 'AGB',
  [SYSTEM.big]: 'BIG',
  [SYSTEM.uzi]: 'UZI',
};

/** `role`: of HL7 table 0286; the profession stands beside it in PRD-1. Undefined when nobody is named. */
export function provider(reference: Spot<Reference>, role: 'RP' | 'RT', writing: Writing): SheetSegment | undefined {
  if (reference.value === undefined) return undefined;
  const { entries, partner } = writing;
  const found = entries.follow(reference, 'PractitionerRole');
  const to = found?.at('practitioner') ?? reference;
  const person = entries.follow(to, 'Practitioner');
  const organisation = person === undefined && found === undefined ? xon(reference, writing) : undefined;
  const [name] = person ? each(person.at('name')) : [];
  const words = organisation ? undefined : (to.at('display').said(RULE) ?? reference.at('display').said(RULE));
  if (person !== undefined) to.at('display').pass('the name says it');
  const specialties = found ? [...each(found.at('specialty')), ...each(found.at('code'))] : [];
  return new SheetSegment('PRD', {
    1: [
      rep(constant(role, RULE), undefined, constant('HL70286', RULE)),
      ...specialties.map((one) => cwe(one, partner)),
    ],
    2: name ? xpn(name, partner) : rep(words),
    5: found ? each(found.at('telecom')).map((one) => xtn(one, partner)) : [],
    7: organisation ? undefined : numberOf(person, to),
    10: organisation ?? (found && xon(found.at('organization'), writing)),
  });
}

function numberOf(person: Spot<Practitioner> | undefined, to: Spot<Reference>): Rep | undefined {
  const given = person ? each(person.at('identifier')) : to.value?.identifier ? [to.at('identifier')] : [];
  const number = given.find((one) => !isDerived(one));
  const value = number?.at('value').said(RULE);
  const system = number?.at('system');
  const register = system?.saidAs(RULE, (uri) => REGISTERS[uri] ?? uri);
  return value && rep(value, register);
}

/** Somebody of a profession, whoever it is. */
export const anyone = (profession: Rep | undefined): SheetSegment | undefined =>
  profession &&
  new SheetSegment('PRD', { 1: [rep(constant('RT', RULE), undefined, constant('HL70286', RULE)), profession] });
