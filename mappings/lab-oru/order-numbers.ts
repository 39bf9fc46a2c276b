/** The numbers an order is known by, and the keys of what a laboratory says about it. */
import { derivedId, type BusinessId } from '../identity.ts';
import type { EntityNumber } from '../hl7v2/datatypes/ei.ts';
import { entityNumber } from '../hl7v2/datatypes/ei.ts';
import { sameAs, type Reading } from '../hl7v2/leaf.ts';
import type { Segment } from '../hl7v2/message.ts';
import { markField, sameField, textOfField } from './fields.ts';
import type { OrderGroup } from './groups.ts';

export interface OrderNumbers {
  readonly placer: EntityNumber | undefined;
  readonly filler: EntityNumber | undefined;
  /** What keys are derived in: filler number, else placer number; without an order its specimen, else this message. */
  readonly within: string;
}

/** OBR-2 and OBR-3; ORC-2 and ORC-3 where OBR has none (v2-to-FHIR: OBR[DiagnosticReport], ORC[ServiceRequest]). */
export function orderNumbers(group: OrderGroup, controlId: string, reading: Reading): OrderNumbers {
  const { obr, orc, ordinal } = group;
  const number = (field: 2 | 3, kind: string, type: string): EntityNumber | undefined => {
    if (obr?.rep(field).filled === true && orc !== undefined && sameField(obr, orc, field))
      markField(orc, field, sameAs(obr.rep(field)));
    const segment = obr?.rep(field).filled === true ? obr : orc;
    return segment && entityNumber(segment.rep(field), kind, 'lab.order.number', reading, type);
  };
  const placer = number(2, 'placer-order', 'PLAC');
  const filler = number(3, 'filler-order', 'FILL');
  const { id } = filler ?? placer ?? { id: undefined };
  const within = id
    ? `${id.system}|${id.value}${ofParent(obr)}`
    : (ofSpecimen(group) ?? `${controlId}|order ${ordinal}`);
  return { placer, filler, within };
}

/**
 * Susceptibilities of two organisms may share one number, and are sent as they finish: the organism (OBR-26, code and
 * sub-id) keeps them apart, or those of one would overwrite those of the other.
 */
function ofParent(obr: Segment | undefined): string {
  const named = obr?.rep(26);
  if (named?.filled !== true) return '';
  return `|of ${named.cell(1).text.trim() || named.cell(1, 4).text.trim()}|${named.cell(2).text.trim()}`;
}

/** What is told of a specimen outside any order belongs to the specimen of that number. */
function ofSpecimen({ obr, orc, specimens: [first] }: OrderGroup): string | undefined {
  if (obr !== undefined || orc !== undefined || first?.spm.rep(2).filled !== true) return undefined;
  return `specimen|${textOfField(first.spm, 2)}`;
}

/** Code of a CWE field as it names a thing across messages: system and identifier of its first code, else its text. */
export function codeKey(segment: Segment, field: number): string {
  const repetition = segment.rep(field);
  for (const [identifier, system] of [
    [1, 3],
    [4, 6],
  ] as const) {
    const code = repetition.cell(identifier).text.trim();
    if (code !== '') return `${repetition.cell(system).text.trim()}|${code}`;
  }
  return textOfField(segment, field).trim();
}

/** Hands out keys within one message; the same key again gets a number, in the order of the message. */
export class Keys {
  readonly #reading: Reading;
  readonly #given = new Map<string, number>();

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  key(within: string, place: string): BusinessId {
    const name = `${within}\n${place}`;
    const before = this.#given.get(name) ?? 0;
    this.#given.set(name, before + 1);
    return derivedId(this.#reading.source, within, before === 0 ? place : `${place}#${before + 1}`);
  }
}
