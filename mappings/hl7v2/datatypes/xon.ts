/** XON to the parts of an Organization (v2-to-FHIR: XON[Organization]). */
import type { Identifier } from 'fhir/r4.js';
import { Leaf, type Draft } from '../../draft.ts';
import type { BusinessId } from '../../identity.ts';
import { leafAt, textOf, type Reading } from '../leaf.ts';
import type { Repetition } from '../message.ts';
import { authorityIn } from './hd.ts';
import { registerSystem } from './xcn.ts';

export interface OrganizationParts {
  readonly identifier: Draft<Identifier> | undefined;
  readonly id: BusinessId | undefined;
  readonly name: Leaf<string> | undefined;
}

/** Number in XON.10 (v2.5 and up) or XON.3, assigner in XON.6; undefined when neither number nor name is filled. */
export function organizationParts(
  repetition: Repetition,
  rule: string,
  reading: Reading,
): OrganizationParts | undefined {
  const name = textOf(repetition.cell(1), rule);
  const cell = repetition.cell(10).filled ? repetition.cell(10) : repetition.cell(3);
  const value = cell.text.trim();
  if (value === '') return name === undefined ? undefined : { identifier: undefined, id: undefined, name };
  const authority = authorityIn((part) => repetition.cell(6, part));
  const system = registerSystem(authority, 'organization', reading);
  const by = [authority.universalId, authority.namespace].find((part) => part.filled) ?? cell;
  const identifier = { system: new Leaf(system, by, rule), value: leafAt(cell, value, rule) };
  return { identifier, id: { system, value }, name };
}
