/**
 * The result an order follows from (OBR-26, OBR-29; HL7 v2.5 §4.5.3): susceptibilities name the organism they were tested
 * on. nl-core holds it as the related result of the zib, extension observation-sequelTo.
 */
import type { Extension } from 'fhir/r4.js';
import { referTo } from '../bundle.ts';
import { constant, type Draft } from '../draft.ts';
import { sameAs, type Reading } from '../hl7v2/leaf.ts';
import type { Repetition, Segment } from '../hl7v2/message.ts';
import { fullUrlOf } from '../identity.ts';
import { markField, sameField, textOfField } from './fields.ts';
import type { OrderGroup } from './groups.ts';
import { codeKey, Keys, orderNumbers } from './order-numbers.ts';

const RULE = 'lab.parent';
const REFERRED = 'names an order or result of this message; the reference to it says so';
const SEQUEL_TO = 'http://hl7.org/fhir/StructureDefinition/observation-sequelTo';

/** An order of the message and its results, with the fullUrls they will have. */
export interface Planned {
  readonly group: OrderGroup;
  readonly order: string | undefined;
  readonly results: readonly { readonly obx: Segment; readonly fullUrl: string }[];
}

/** fullUrls of entries of the same Bundle. */
export interface Parent {
  readonly order: string | undefined;
  readonly result: string | undefined;
}

export const resultPlace = (obx: Segment): string => `result|${codeKey(obx, 3)}|${textOfField(obx, 4).trim()}`;
export const orderPlace = (obr: Segment | undefined): string => `order|${obr ? codeKey(obr, 4) : ''}`;

/** Hands out the keys as the entries will ask for them: in the order of the message. Few messages name a parent. */
export function plannedIn(groups: readonly OrderGroup[], controlId: string, reading: Reading): () => Planned[] {
  let made: Planned[] | undefined;
  return () => (made ??= plan(groups, controlId, reading));
}

function plan(groups: readonly OrderGroup[], controlId: string, reading: Reading): Planned[] {
  const keys = new Keys(reading);
  return groups.map((group) => {
    const { within } = orderNumbers(group, controlId, reading);
    const { orc, obr } = group;
    return {
      group,
      order: orc || obr ? fullUrlOf('ServiceRequest', keys.key(within, orderPlace(obr))) : undefined,
      results: group.results.map(({ obx }) => ({
        obx,
        fullUrl: fullUrlOf('Observation', keys.key(within, resultPlace(obx))),
      })),
    };
  });
}

/**
 * Only what exactly one order or result of the message answers to; a parent elsewhere, or more than one that could be
 * meant, stays unread and travels as source fields.
 */
export function parentOf({ obr, orc, ordinal }: OrderGroup, planned: () => readonly Planned[]): Parent {
  const none: Parent = { order: undefined, result: undefined };
  if (obr === undefined) return none;
  const [segment, field] = obr.rep(29).filled || orc === undefined ? [obr, 29] : [orc, 8];
  const numbers = segment.rep(field);
  const named = obr.rep(26);
  if (!numbers.filled && !named.cell(1).filled) return none;
  const others = planned().filter(({ group }) => group.ordinal !== ordinal);
  const meant = numbers.filled ? others.filter(({ group }) => isNumbered(group, numbers)) : others;
  const results = named.cell(1).filled
    ? meant.flatMap((plan) => plan.results.filter(({ obx }) => isNamed(obx, named)).map((result) => ({ plan, result })))
    : [];
  const [found, second] = results;
  const result = second === undefined ? found : undefined;
  if (result !== undefined) markNamed(named);
  const order = result?.plan ?? (numbers.filled && meant.length === 1 ? meant[0] : undefined);
  if (order === undefined) return none;
  if (numbers.filled) {
    if (orc !== undefined && sameField(obr, orc, 29, 8)) markField(orc, 8, sameAs(obr.rep(29)));
    markField(segment, field, REFERRED);
  }
  return { order: order.order, result: result?.result.fullUrl };
}

/** EIP: placer's number in component 1, filler's in 2. What both say must agree, and one of them must be said. */
function isNumbered({ orc, obr }: OrderGroup, numbers: Repetition): boolean {
  const compared = ([2, 3] as const).flatMap((field) => {
    const asked = numbers.cell(field - 1).text.trim();
    const own = (obr?.rep(field).filled === true ? obr : orc)?.at(field).text.trim() ?? '';
    return asked === '' || own === '' ? [] : [asked === own];
  });
  return compared.length > 0 && compared.every((same) => same);
}

/** PRL (HL7 v2.5 §2.A.58): OBX-3 in subcomponents, then OBX-4. A system left out does not contradict. */
function isNamed(obx: Segment, named: Repetition): boolean {
  if (named.cell(2).text.trim() !== obx.at(4).text.trim()) return false;
  return ([1, 4] as const).some((code) => {
    const [asked, system] = [named.cell(1, code).text.trim(), named.cell(1, code + 2).text.trim()];
    return (
      asked !== '' &&
      ([1, 4] as const).some((own) => {
        const theirs = obx.at(3, own + 2).text.trim();
        return obx.at(3, own).text.trim() === asked && (system === '' || theirs === '' || system === theirs);
      })
    );
  });
}

/** The code and sub-id stand with the parent; its value in words (component 3) is said of this order alone. */
function markNamed(named: Repetition): void {
  for (let sub = 1; sub <= Math.max(1, named.subcomponentCount(1)); sub++) {
    const cell = named.cell(1, sub);
    if (cell.filled) named.segment.markUsed(cell, REFERRED);
  }
  if (named.cell(2).filled) named.segment.markUsed(named.cell(2), REFERRED);
}

/** @param result fullUrl of what it follows from */
export const sequelTo = (result: string | undefined): Draft<Extension>[] =>
  result === undefined
    ? []
    : [{ url: constant(SEQUEL_TO, RULE), valueReference: referTo(result, 'Observation', RULE) }];
