/**
 * The pharmaceutical treatment (MBH) identifier, the thread over all that is said of one treatment. From the source: an
 * OBX of the order group with OBX-3 `MBH^^WK` and the identifier in OBX-5 (EI or CX, or ST). Else derived from the placer
 * group (ORC-4), else from the order number, and tagged so.
 */
import type { Extension } from 'fhir/r4.js';
import { WK_BASE, WK_CODES } from '../../profiles/canonical.ts';
import { constant, derived, Leaf, type Draft } from '../draft.ts';
import { codeSystemNamed } from '../hl7v2/datatypes/cwe.ts';
import { assignerOf, authorityIn } from '../hl7v2/datatypes/hd.ts';
import { leafAt, toldWith, type Reading } from '../hl7v2/leaf.ts';
import type { Segment } from '../hl7v2/message.ts';
import { assignedSystem, derivedId } from '../identity.ts';
import { TREATMENT } from '../medication-profile.ts';
import type { OrderGroup } from './order-group.ts';
import type { OrderNumbers } from './order-numbers.ts';

const RULE = 'medication.treatment';

export interface Treatment {
  readonly extension: Draft<Extension> | undefined;
  readonly isDerived: boolean;
}

/** True for the OBX that carries the treatment identifier. */
export function isTreatment(obx: Segment, reading: Reading): boolean {
  const system = obx.at(3, 3).text.trim();
  return obx.at(3).text.trim() === 'MBH' && system !== '' && codeSystemNamed(system, reading.source).uri === WK_CODES;
}

export function treatmentOf(
  group: OrderGroup,
  numbers: OrderNumbers,
  sharesGroup: boolean,
  reading: Reading,
): Treatment {
  const observations = [...group.observations, ...group.supplies.flatMap((supply) => supply.observations)];
  const said = observations.map(({ obx }) => obx).find((obx) => isTreatment(obx, reading) && obx.at(5).filled);
  if (said !== undefined) return { extension: fromSource(said, reading), isDerived: false };
  // A group number on several medicines names the prescribing, not one treatment.
  const from = numbers.group && !sharesGroup ? numbers.group.id : numbers.numbered ? numbers.key : undefined;
  if (from !== undefined) {
    const { value } = derivedId(reading.source, 'treatment', `${from.system}|${from.value}`);
    const identifier = { system: constant(`${WK_BASE}/NamingSystem/treatment`, RULE), value: derived(value, RULE) };
    return { extension: { url: constant(TREATMENT, RULE), valueIdentifier: identifier }, isDerived: true };
  }
  const text = 'No treatment identifier, and no group or order number to derive one from.';
  reading.warnings.push({ code: 'no-treatment-identifier', location: group.orc?.rep(2).path() ?? 'ORC-2', text });
  return { extension: undefined, isDerived: false };
}

/** EI (value, namespace, id, type) or CX (value, check digit, scheme, assigner); the type in OBX-2 tells which. */
function fromSource(obx: Segment, reading: Reading): Draft<Extension> {
  const field = obx.rep(5);
  const authority = authorityIn((part) =>
    obx.at(2).text.trim() === 'CX' ? field.cell(4, part) : field.cell(part + 1),
  );
  const system = assignedSystem(reading.source, 'treatment', assignerOf(authority));
  for (const cell of [obx.at(3), obx.at(3, 2), obx.at(3, 3), obx.at(11)])
    if (cell.filled) obx.markUsed(cell, toldWith(field.cell(1)));
  const by = [authority.universalId, authority.namespace].find((part) => part.filled) ?? field.cell(1);
  return {
    url: constant(TREATMENT, RULE),
    valueIdentifier: {
      system: new Leaf(system, by, RULE),
      value: leafAt(field.cell(1), field.cell(1).text.trim(), RULE),
    },
  };
}

/**
 * Whether the placer group of an order names another medicine in the same message too. One medicine: the two have a code
 * in common (a PRK, an ATC); a group shared by different ones must not tie them into one treatment.
 */
export function sharesGroup(index: number, numbers: readonly OrderNumbers[], groups: readonly OrderGroup[]): boolean {
  const own = numbers[index]?.group?.id;
  if (own === undefined) return false;
  const mine = productCodes(groups[index]);
  return numbers.some(({ group }, at) => {
    if (at === index || group?.id.system !== own.system || group.id.value !== own.value) return false;
    return !productCodes(groups[at]).some((code) => mine.includes(code));
  });
}

function productCodes(group: OrderGroup | undefined): string[] {
  const supply = group?.supplies[0]?.segment;
  const repetition = group?.rxe?.rep(2) ?? group?.rxo?.rep(1) ?? supply?.rep(supply.name === 'RXA' ? 5 : 2);
  if (repetition === undefined) return [];
  const codes = [
    [1, 3],
    [4, 6],
  ].flatMap(([code = 1, system = 3]) => {
    const text = repetition.cell(code).text.trim();
    return text === '' ? [] : [`${repetition.cell(system).text.trim()}|${text}`];
  });
  return codes.length > 0 ? codes : [repetition.cell(2).text.trim()];
}
