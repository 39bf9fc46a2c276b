/** What every part of one message's mapping shares, and what the parts of one order share. */
import type { Segment } from '../hl7v2/message.ts';
import type { AboutPatient } from '../hl7v2/segments/about-patient.ts';
import type { OrderControl } from './control.ts';
import type { Give } from './give.ts';
import type { OrderGroup } from './groups.ts';
import type { OrderNumbers } from './order-numbers.ts';
import type { Statements } from './statement.ts';

export interface Scope extends AboutPatient {
  /** Segments without a place of their own: what the first caller gets travels with its resource, the next get none. */
  readonly takeStrays: () => readonly Segment[];
}

export interface OrderScope extends Scope {
  readonly group: OrderGroup;
  readonly numbers: OrderNumbers;
  readonly control: OrderControl;
  readonly give: Give;
  readonly statements: Statements;
  /** urn:uuid of the agreement that this one replaces (RP before RO in one message). */
  readonly replaces: string | undefined;
}
