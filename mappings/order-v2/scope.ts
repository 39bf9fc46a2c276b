/** What every part of one order message's mapping shares, and what the parts of one order share. */
import type { Segment } from '../hl7v2/message.ts';
import type { AboutPatient } from '../hl7v2/segments/about-patient.ts';
import type { Keys, OrderNumbers } from '../lab-oru/order-numbers.ts';
import type { OrderLines } from './groups.ts';

export interface Scope extends AboutPatient {
  readonly keys: Keys;
  /** fullUrls of the Coverages of the patient. */
  readonly insurance: readonly string[];
  /** Specimens of the message so far, by what their segment says. */
  readonly specimens: Map<string, string>;
  /** Diagnoses of the message so far, by what their segment says: two orders often have one reason. */
  readonly diagnoses: Map<string, string>;
  /** Segments without a place of their own: what the first caller gets travels with its resource, the next get none. */
  readonly takeStrays: () => readonly Segment[];
}

export interface OrderScope extends Scope {
  readonly group: OrderLines;
  readonly numbers: OrderNumbers;
}
