/** Professionals and organisations behind a reference, to XCN and XON. */
import type { Identifier, Practitioner, Reference } from 'fhir/r4.js';
import { SYSTEM } from '../../../profiles/canonical.ts';
import { entityParts, authority, ownNumber, isDerived } from './numbers.ts';
import { since, type Writing } from './partner.ts';
import { nameParts } from './persons.ts';
import { rep, type Rep, type Said } from './sheet.ts';
import { each, type Spot } from './spot.ts';

const RULE = 'write.people';
const SAID = 'who it is, is said by number and name';

/**
 * XCN of a PractitionerRole or Practitioner, in the Bundle or known by number or words alone; undefined for anyone else.
 * What a role says beside the person (specialty, organisation) stays unread.
 */
export function xcn(reference: Spot<Reference>, writing: Writing): Rep | undefined {
  const role = writing.entries.follow(reference, 'PractitionerRole');
  const to = role?.at('practitioner') ?? reference;
  const person = writing.entries.follow(to, 'Practitioner');
  if (person !== undefined) {
    reference.at('display').pass(SAID);
    to.at('display').pass(SAID);
    return ofPerson(person, writing);
  }
  if (role === undefined && (writing.entries.target(reference) !== undefined || isNobody(reference))) return undefined;
  return bySaid(to, role === undefined ? undefined : reference, writing);
}

/** An organisation is not a person, whatever words stand beside. */
const isNobody = (reference: Spot<Reference>): boolean => {
  const type = reference.value?.type;
  return isOrganisation(reference) || (type !== undefined && type !== 'Practitioner' && type !== 'PractitionerRole');
};

function ofPerson(person: Spot<Practitioner>, writing: Writing): Rep | undefined {
  const numbers = person.at('identifier');
  const number = ownNumber(numbers);
  const [name] = each(person.at('name'));
  const parts = name && nameParts(name);
  const own = number === undefined || isDerived(number) ? undefined : number;
  return xcnOf(
    own,
    [parts?.family, parts?.given, parts?.further, parts?.suffix, parts?.prefix, parts?.degree],
    writing,
  );
}

function bySaid(to: Spot<Reference>, by: Spot<Reference> | undefined, writing: Writing): Rep | undefined {
  const words = to.at('display').said(RULE) ?? by?.at('display').said(RULE);
  by?.at('display').pass(SAID);
  const number = to.at('identifier');
  return xcnOf(number.value === undefined ? undefined : number, [words && [words]], writing);
}

function xcnOf(
  number: Spot<Identifier> | undefined,
  names: readonly (Said | readonly Said[])[],
  { partner }: Writing,
): Rep | undefined {
  const [value] = entityParts(number, partner).slice(0, 1);
  const by = number === undefined || value === undefined ? undefined : authority(number, partner);
  const padded = Array.from({ length: 6 }, (_, index) => names[index]);
  return rep(value, ...padded, undefined, by);
}

/** Known by what it is, or by a number that only organisations have. */
const isOrganisation = ({ value }: Spot<Reference>): boolean =>
  value?.type === 'Organization' || (value?.type === undefined && value?.identifier?.system === SYSTEM.ura);

/** XON of an Organization, in the Bundle or known by number or words alone; undefined for anyone else. */
export function xon(reference: Spot<Reference>, writing: Writing): Rep | undefined {
  const found = writing.entries.follow(reference, 'Organization');
  const { partner } = writing;
  if (found === undefined) {
    if (!isOrganisation(reference) || writing.entries.target(reference) !== undefined) return undefined;
    const number = reference.at('identifier');
    return organisation(number.value === undefined ? undefined : number, reference.at('display').said(RULE), partner);
  }
  reference.at('display').pass(SAID);
  const number = ownNumber(found.at('identifier'));
  return organisation(number && isDerived(number) ? undefined : number, found.at('name').said(RULE), partner);
}

function organisation(number: Spot<Identifier> | undefined, name: Said, partner: Writing['partner']): Rep | undefined {
  const value = number?.at('value').said(RULE);
  const by = number === undefined || value === undefined ? undefined : authority(number, partner);
  const old = !since(partner, '2.5');
  number?.at('type').pass(SAID);
  return rep(
    name,
    undefined,
    old ? value : undefined,
    undefined,
    undefined,
    by,
    undefined,
    undefined,
    undefined,
    old ? undefined : value,
  );
}
