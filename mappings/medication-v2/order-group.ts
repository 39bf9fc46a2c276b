/** What belongs to one order of a medication message, by segment. */
import type { Segment } from '../hl7v2/message.ts';

/** RXC with the NTE that follow it. */
export interface ComponentLines {
  readonly rxc: Segment;
  readonly notes: readonly Segment[];
}

/** An OBX with its NTE. */
export interface ObservationLines {
  readonly obx: Segment;
  readonly notes: readonly Segment[];
}

/** What belongs to the order as requested (RXO), or as the pharmacy encoded it (RXE). */
export interface Level {
  readonly timings: readonly Segment[];
  readonly routes: readonly Segment[];
  readonly components: readonly ComponentLines[];
}

/** What was dispensed (RXD) or given (RXA), with what stands behind it. */
export interface Supply extends Level {
  readonly segment: Segment;
  readonly notes: readonly Segment[];
  readonly observations: readonly ObservationLines[];
}

export interface OrderGroup {
  /** Counted from 1 in the message. */
  readonly ordinal: number;
  readonly orc: Segment | undefined;
  readonly rxo: Segment | undefined;
  readonly rxe: Segment | undefined;
  readonly requested: Level;
  readonly encoded: Level;
  readonly supplies: readonly Supply[];
  readonly notes: readonly Segment[];
  readonly observations: readonly ObservationLines[];
  readonly diagnoses: readonly Segment[];
  /** TQ2, PRT, CDO, BLG, CTI, Z-segments and what else stands in the group. */
  readonly others: readonly Segment[];
}

export interface Grouped {
  readonly groups: readonly OrderGroup[];
  /** Segments before the first order that no rule reads: they travel with the first order. */
  readonly strays: readonly Segment[];
}
