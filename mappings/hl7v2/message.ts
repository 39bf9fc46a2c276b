/**
 * An HL7 v2 message in memory. Positions are HL7's own, counted from 1 (HL7 v2.5 §2.5); MSH-1 and MSH-2 count as
 * fields. Cells know their place, so that a mapping's output can name its source.
 */
import type { Place } from '../draft.ts';

/** Escape and subcomponent are '' where MSH-2 leaves them out. */
export interface Delimiters {
  readonly field: string;
  readonly component: string;
  readonly repetition: string;
  readonly escape: string;
  readonly subcomponent: string;
}

/** One primitive of a message: a (sub)component with its escapes resolved. `""` in the message is `isNull`. */
export interface Cell extends Place {
  /** Unescaped text; '' when absent. Never `""`: that is `isNull`. */
  readonly text: string;
  /** HL7 null: the sender says "delete", not "nothing to say". */
  readonly isNull: boolean;
  /** Filled: neither absent, blank nor null. */
  readonly filled: boolean;
  readonly segment: Segment;
  readonly field: number;
  readonly repetition: number;
  readonly component: number;
  readonly subcomponent: number;
  /** `PID-3[2].1`, `OBX[3]-5`: segment number left out when the message has one such segment, repetition when it is
   *  the first of one, component when the field has one component, subcomponent likewise. */
  path(): string;
  /** ERR-2 (ERL): `PID^1^3^2^1`. */
  errorLocation(): string;
}

/** One repetition of one field. */
export interface Repetition {
  readonly segment: Segment;
  readonly field: number;
  /** Counted from 1. */
  readonly repetition: number;
  /** True when any component is filled. */
  readonly filled: boolean;
  /** True when the whole repetition is `""`. */
  readonly isNull: boolean;
  /** As written, delimiters and escapes included: for taking a field over into an answer. */
  readonly raw: string;
  /** Component `n` from 1, its subcomponent `s` from 1. Always a Cell; an absent one has text ''. */
  cell(component: number, subcomponent?: number): Cell;
  componentCount(): number;
  subcomponentCount(component: number): number;
  path(): string;
}

export interface Segment {
  readonly name: string;
  /** Counts segments of this name in the message, from 1. */
  readonly ordinal: number;
  readonly message: Message;
  /** Position in the message, from 1, whatever the name. */
  readonly position: number;
  /** Repetition `n` (from 1) of a field. Always a Repetition, maybe not filled. */
  rep(field: number, repetition?: number): Repetition;
  /** All repetitions that are filled or null. */
  reps(field: number): readonly Repetition[];
  /** Shorthand: first repetition, given component and subcomponent. */
  at(field: number, component?: number, subcomponent?: number): Cell;
  fieldCount(): number;
  /**
   * Marks a cell as having reached the output. `how`: no leaf names the cell, for it is part of what another leaf names, or
   * says what another cell says; `map --explain` lists it with these words. The last mark counts.
   */
  markUsed(cell: Cell, how?: string): void;
  /** Takes a mark back: nothing in the output holds what the cell says. */
  release(cell: Cell): void;
  /** The words a cell was marked with; '' when a leaf names it, undefined when nothing marked it. */
  howUsed(cell: Cell): string | undefined;
  /** Every filled cell, in order. */
  filledCells(): readonly Cell[];
  /** Filled cells not marked so far. */
  unusedCells(): readonly Cell[];
}

export interface Message {
  readonly delimiters: Delimiters;
  /** The character set its bytes were read in, in HL7 words (`8859/1`, `UNICODE UTF-8`, …): answers use it too. */
  readonly charset: string;
  readonly segments: readonly Segment[];
  /** First segment of that name. */
  first(name: string): Segment | undefined;
  all(name: string): readonly Segment[];
  /** MSH. */
  readonly header: Segment;
  /** By the source's zone: that of its times that carry none (message-zone.ts). It stands here and not in a WeakMap: one
   *  that is always there keeps what hangs on its keys through every collection of young garbage. */
  readonly zones: Map<string, string>;
}
