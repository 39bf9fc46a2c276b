/** What a dispense (RXD) and an administration (RXA) share: whose order it was, where it stands, and what is left over. */
import type { Annotation, Extension, Medication, Reference } from 'fhir/r4.js';
import { constant, type Draft, type Leaf } from '../draft.ts';
import { dateOf } from '../hl7v2/datatypes/ts.ts';
import { cellsIn, formattedOf, joinedLeaf, textOf } from '../hl7v2/leaf.ts';
import type { Repetition, Segment } from '../hl7v2/message.ts';
import { ownKey } from '../hl7v2/segments/about-patient.ts';
import { carryRemainders } from '../hl7v2/segments/remainder.ts';
import type { BusinessId } from '../identity.ts';
import { textOfField } from '../lab-oru/fields.ts';
import type { ReadDosage } from './dosage.ts';
import type { OrderGroup, Supply } from './order-group.ts';
import { observationEntry } from './observation.ts';
import type { GivenScope, GroupScope } from './scope.ts';
import { isTreatment, type Treatment } from './treatment.ts';

export interface SupplyScope extends GroupScope {
  readonly supply: Supply;
  readonly treatment: Treatment;
  /** The order as it was requested or encoded in the same group; undefined without RXO and RXE. */
  readonly order: GivenScope | undefined;
  /** How what is dispensed is to be used, alike for every supply of the order. */
  readonly dosage: ReadDosage | undefined;
}

/**
 * Key within the order: sub-ids, moment and product together, for senders leave the sub-ids out or give each the same.
 * What is still alike within one message is numbered.
 */
export function supplyKey(
  scope: SupplyScope,
  type: 'MedicationDispense' | 'MedicationAdministration',
  fields: readonly number[],
): BusinessId {
  const { segment } = scope.supply;
  const said = fields.map((field) => textOfField(segment, field).trim());
  return ownKey(scope, type, scope.numbers.within, [segment.name, ...said].join('|'));
}

/** The order by its number: the agreement itself came in a message of its own. */
export function orderReference({ numbers }: SupplyScope, rule: string): Draft<Reference> | undefined {
  const [identifier] = numbers.identifiers;
  return numbers.numbered ? { type: constant('MedicationRequest', rule), identifier } : undefined;
}

/** Lot and expiry of what was dispensed or given, when there is one lot. */
export function batchOf(
  lots: readonly Repetition[],
  expiry: Repetition,
  rule: string,
  { reading }: SupplyScope,
): Draft<Medication['batch']> {
  const [lot, ...more] = lots;
  if (more.length > 0) return undefined;
  const lotNumber = lot && textOf(lot.cell(1), rule);
  const expirationDate = dateOf(expiry.cell(1), rule, reading);
  return lotNumber || expirationDate ? { lotNumber, expirationDate } : undefined;
}

/** Words of the segment and NTE: MP9 takes one comment, so they follow each other on lines of their own. */
export function supplyNotes(
  { supply, group }: SupplyScope,
  words: readonly Repetition[],
  rule: string,
  remarks: readonly Leaf<string>[] = [],
): Draft<Annotation>[] {
  const notes = [...(isFirst(supply, group) ? group.notes : []), ...supply.notes];
  const cells = [
    ...words.map((repetition) => (repetition.cell(2).filled ? repetition.cell(2) : repetition.cell(1))),
    ...notes.flatMap((nte) => nte.reps(3).map((repetition) => repetition.cell(1))),
  ];
  const lines = [...remarks, ...cells.flatMap((cell) => formattedOf(cell, rule) ?? [])];
  const [first, ...others] = lines;
  if (first === undefined) return [];
  const text = lines.map(({ value }) => value).join('\n');
  return [{ text: others.length === 0 ? first : joinedLeaf([first, ...others], text, rule) }];
}

/** urn:uuid of each observation told with it; those of the order go with its first supply. */
export function observationsWith(scope: SupplyScope, { value }: BusinessId): string[] {
  const { group, supply, reading } = scope;
  return [...(isFirst(supply, group) ? group.observations : []), ...supply.observations]
    .filter(({ obx }) => !isTreatment(obx, reading))
    .map((lines, index) => observationEntry(scope, lines, `${value}|${index + 1}`));
}

/** Call it last. What the group says beside its supplies travels with the first of them. */
export function supplyRemainder(scope: SupplyScope): Draft<Extension>[] {
  const { group, supply, order, reading } = scope;
  order?.give.markRepeated();
  const own = [supply.segment, ...supply.timings, ...supply.routes, ...supply.notes];
  const ofTreatment = [...group.observations, ...supply.observations]
    .filter(({ obx }) => isTreatment(obx, reading))
    .map(({ obx }) => obx);
  const rest = isFirst(supply, group) ? [...orderSegments(group), ...scope.takeStrays()] : [];
  // The group of the order (ORC-4) has no place here; its treatment may be made of it.
  if (rest.length > 0) for (const cell of group.orc?.reps(4).flatMap(cellsIn) ?? []) cell.segment.release(cell);
  return carryRemainders([...own, ...ofTreatment, ...rest], 'medication.remainder');
}

const isFirst = (supply: Supply, group: OrderGroup): boolean => group.supplies[0] === supply;

const orderSegments = ({ orc, rxo, rxe, requested, encoded, notes, others }: OrderGroup): (Segment | undefined)[] => [
  orc,
  rxo,
  rxe,
  ...[requested, encoded].flatMap(({ timings, routes, components }) => [
    ...timings,
    ...routes,
    ...components.flatMap(({ rxc, notes: ofComponent }) => [rxc, ...ofComponent]),
  ]),
  ...notes,
  ...others,
];
