/** XCN to the parts of a Practitioner (v2-to-FHIR: XCN[Practitioner]). */
import type { HumanName, Identifier } from 'fhir/r4.js';
import { SYSTEM } from '../../../profiles/canonical.ts';
import { Leaf, type Draft } from '../../draft.ts';
import { assignedSystem, type BusinessId } from '../../identity.ts';
import { leafAt, type Reading } from '../leaf.ts';
import type { Repetition } from '../message.ts';
import { assignerOf, authorityIn, type Authority } from './hd.ts';
import { nameFrom } from './xpn.ts';

export interface PractitionerParts {
  readonly identifier: Draft<Identifier> | undefined;
  readonly id: BusinessId | undefined;
  readonly name: Draft<HumanName> | undefined;
}

/** Registers by the names and OIDs of assigning authorities in Dutch messages. */
const REGISTERS: Readonly<Record<string, string>> = {
  VEKTIS: SYSTEM.agb,
  AGB: SYSTEM.agb,
  '2.16.840.1.113883.2.4.6.1': SYSTEM.agb,
  BIG: SYSTEM.big,
  '2.16.528.1.1007.5.1': SYSTEM.big,
  UZI: SYSTEM.uzi,
  '2.16.528.1.1007.3.1': SYSTEM.uzi,
  URA: SYSTEM.ura,
  '2.16.528.1.1007.3.3': SYSTEM.ura,
  UZOVI: SYSTEM.uzovi,
};

/** System of a number whose assigner may be a Dutch register; other assigners are the source's own. */
export const registerSystem = (authority: Authority, kind: string, reading: Reading): string =>
  registerNamed(assignerOf(authority), kind, reading);

/** The same where the assigner is one name (`URA` in OBX-15.3). */
export function registerNamed(assigner: string, kind: string, reading: Reading): string {
  const register = Object.hasOwn(REGISTERS, assigner.toUpperCase()) ? REGISTERS[assigner.toUpperCase()] : undefined;
  return register ?? assignedSystem(reading.source, kind, assigner);
}

/** Undefined when neither number nor name is filled. */
export function practitionerParts(
  repetition: Repetition,
  rule: string,
  reading: Reading,
): PractitionerParts | undefined {
  const cell = repetition.cell(1);
  const value = cell.text.trim();
  const name = nameFrom(repetition, 2, rule);
  if (value === '') return name === undefined ? undefined : { identifier: undefined, id: undefined, name };
  const authority = authorityIn((part) => repetition.cell(9, part));
  const system = registerSystem(authority, 'practitioner', reading);
  const by = [authority.universalId, authority.namespace].find((part) => part.filled) ?? cell;
  const identifier = { system: new Leaf(system, by, rule), value: leafAt(cell, value, rule) };
  return { identifier, id: { system, value }, name };
}
