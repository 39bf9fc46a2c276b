/** What every part of one message's mapping shares, and what the parts of one order share. */
import type { Segment } from '../hl7v2/message.ts';
import type { AboutPatient } from '../hl7v2/segments/about-patient.ts';
import type { OrderControl } from './control.ts';
import type { Give } from './give.ts';
import type { OrderGroup } from './order-group.ts';
import type { OrderNumbers } from './order-numbers.ts';
import type { Statements } from './statement.ts';

export interface Scope extends AboutPatient {
  /** Segments without a place of their own: what the first caller gets travels with its resource, the next get none. */
  readonly takeStrays: () => readonly Segment[];
}

/** What belongs to one order, whatever the message tells of it. */
export interface GroupScope extends Scope {
  readonly group: OrderGroup;
  readonly numbers: OrderNumbers;
}

/** With what the order says is to be given, as requested or encoded. */
export interface GivenScope extends GroupScope {
  readonly give: Give;
  readonly statements: Statements;
}

export interface OrderScope extends GivenScope {
  readonly control: OrderControl;
  /** urn:uuid of the agreement that this one replaces (RP before RO in one message). */
  readonly replaces: string | undefined;
}
