/** What is to be given stands in RXO as requested and in RXE as the pharmacy encoded it: which of the two is read. */
import { sameAs } from '../hl7v2/leaf.ts';
import type { Repetition, Segment } from '../hl7v2/message.ts';
import { markField, sameField, textOfField } from '../lab-oru/fields.ts';
import { codeKey } from '../lab-oru/order-numbers.ts';
import type { OrderGroup } from './order-group.ts';

/** Field of RXE and of RXO for the same thing (HL7 v2.5 §4.14.4, §4.14.1). */
const FIELDS = {
  code: [2, 1],
  min: [3, 2],
  max: [4, 3],
  units: [5, 4],
  form: [6, 5],
  administration: [7, 7],
  substitution: [9, 9],
  dispenseAmount: [10, 11],
  dispenseUnits: [11, 12],
  refills: [12, 13],
  prescriber: [13, 14],
  totalDailyDose: [19, 23],
  dispensing: [21, 6],
  per: [22, 17],
  rate: [23, 21],
  rateUnits: [24, 22],
  strength: [25, 18],
  strengthUnits: [26, 19],
  indication: [27, 20],
  volume: [33, 25],
  volumeUnits: [34, 26],
} as const satisfies Record<string, readonly [rxe: number, rxo: number]>;

export type GiveField = keyof typeof FIELDS;

export interface Give {
  /** Fields that belong together (a dose and its unit) come from one segment, never mixed. */
  together(...names: readonly GiveField[]): (name: GiveField) => readonly Repetition[];
  /** First repetition of one field. */
  one(name: GiveField): Repetition;
  /** Marks what RXO repeats of RXE, so that it does not travel twice. */
  markRepeated(): void;
}

/** Undefined when the group holds neither RXE nor RXO. */
export function giveOf({ rxe, rxo }: OrderGroup): Give | undefined {
  const first = rxe ?? rxo;
  if (first === undefined) return undefined;
  // An RXO that asks for another product than is given says nothing about how much of this one.
  const second = rxe && rxo && sameProduct(rxe, rxo) ? rxo : undefined;
  const fieldOf = (segment: Segment, name: GiveField): number => FIELDS[name][segment === rxe ? 0 : 1];
  const says = (segment: Segment, names: readonly GiveField[]): boolean =>
    names.some((name) => segment.rep(fieldOf(segment, name)).filled);
  const together: Give['together'] = (...names) => {
    const segment = second !== undefined && !says(first, names) && says(second, names) ? second : first;
    return (name) => segment.reps(fieldOf(segment, name));
  };
  return {
    together,
    one: (name) => {
      const segment = second !== undefined && !says(first, [name]) && says(second, [name]) ? second : first;
      return segment.rep(fieldOf(segment, name));
    },
    markRepeated() {
      if (rxe === undefined || rxo === undefined) return;
      for (const [encoded, requested] of Object.values(FIELDS)) {
        if (textOfField(rxo, requested) !== '' && sameField(rxe, rxo, encoded, requested))
          markField(rxo, requested, sameAs(rxe.rep(encoded)));
      }
    },
  };
}

const sameProduct = (rxe: Segment, rxo: Segment): boolean =>
  !rxo.rep(1).filled || !rxe.rep(2).filled || codeKey(rxe, 2) === codeKey(rxo, 1);
