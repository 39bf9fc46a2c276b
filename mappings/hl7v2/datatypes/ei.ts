/** EI (entity identifier: order, specimen, referral numbers) to Identifier (v2-to-FHIR: EI[Identifier-…]). */
import type { Identifier } from 'fhir/r4.js';
import { constant, Leaf, type Draft } from '../../draft.ts';
import { assignedSystem, type BusinessId } from '../../identity.ts';
import { leafAt, type Reading } from '../leaf.ts';
import type { Cell, Repetition } from '../message.ts';
import { assignerOf, authorityIn } from './hd.ts';

export interface EntityNumber {
  readonly identifier: Draft<Identifier>;
  readonly id: BusinessId;
}

/**
 * EI.1 with the system of EI.2-4; undefined when EI.1 is empty.
 * @param kind keeps sorts of numbers apart: `placer-order`, `filler-order`, `specimen`, `visit`
 * @param type code of HL7 table 0203 for Identifier.type (`PLAC`, `FILL`), if any
 */
export function entityNumber(
  repetition: Repetition,
  kind: string,
  rule: string,
  reading: Reading,
  type?: string,
): EntityNumber | undefined {
  return numberIn(kind, rule, reading, type, (part) => repetition.cell(part === 0 ? 1 : part + 1));
}

/** EIP (placer & filler as subcomponents of one component): component 1 is the placer's, 2 the filler's. */
export function entityNumberIn(
  repetition: Repetition,
  component: number,
  kind: string,
  rule: string,
  reading: Reading,
  type?: string,
): EntityNumber | undefined {
  return numberIn(kind, rule, reading, type, (part) => repetition.cell(component, part + 1));
}

function numberIn(
  kind: string,
  rule: string,
  reading: Reading,
  type: string | undefined,
  cellAt: (part: 0 | 1 | 2 | 3) => Cell,
): EntityNumber | undefined {
  const cell = cellAt(0);
  const value = cell.text.trim();
  if (value === '') return undefined;
  const authority = authorityIn(cellAt);
  const system = assignedSystem(reading.source, kind, assignerOf(authority));
  const by = [authority.universalId, authority.namespace].find((part) => part.filled) ?? cell;
  return {
    identifier: {
      type:
        type === undefined ? undefined : { coding: [{ system: constant(TYPES, rule), code: constant(type, rule) }] },
      system: new Leaf(system, by, rule),
      value: leafAt(cell, value, rule),
    },
    id: { system, value },
  };
}

const TYPES = 'http://terminology.hl7.org/CodeSystem/v2-0203';
