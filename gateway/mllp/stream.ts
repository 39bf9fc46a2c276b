/**
 * The incoming side of one MLLP connection: cuts messages from the stream, and keeps count of what a peer makes this
 * process hold (a message under way) or endure (a message that never ends, bytes outside any frame).
 */
import { FrameReader, type FrameEvent } from '../../mappings/hl7v2/frame.ts';
import type { ByteBudget } from '../budget.ts';

export type Cut = Exclude<FrameEvent, { kind: 'garbage' }>;

export interface Pushed {
  /** Messages completed, in order; none when they are too much. Each frame holds its length in the budget until `release`. */
  readonly cuts: readonly Cut[];
  /** Stray bytes were seen. */
  readonly garbage: boolean;
  /** Why the peer has to be cut off; null when all is well. */
  readonly fault: 'endless-message' | 'busy' | 'not-mllp' | null;
}

/** Stray bytes between frames that are put up with (a line end too many, a NUL) before the peer is taken for another. */
const MOST_GARBAGE = 1024;
/** The rest of a message that is too large is skipped so far, as a multiple of the limit. */
const MOST_SKIPPED = 4;

export class MessageStream {
  readonly #maxBytes: number;
  readonly #budget: ByteBudget;
  readonly #reader: FrameReader;
  /** Bytes of the frame under way, and how many of them the budget knows. */
  #partial = 0;
  #budgeted = 0;
  #garbage = 0;

  constructor(maxBytes: number, budget: ByteBudget) {
    this.#maxBytes = maxBytes;
    this.#budget = budget;
    this.#reader = new FrameReader({ maxBytes });
  }

  push(chunk: Uint8Array): Pushed {
    const events = this.#reader.push(chunk);
    const cuts = events.filter((event) => event.kind !== 'garbage');
    const garbage = cuts.length < events.length;
    if (cuts.length > 0) this.forget();
    const kept = cuts.filter((cut) => cut.kind !== 'frame' || this.#budget.take(cut.bytes.length));
    const fault = kept.length < cuts.length ? 'busy' : this.#account(chunk.length, events, cuts);
    // What came whole before a peer turned to something else is a message all the same.
    if (fault === null || fault === 'not-mllp') return { cuts, garbage, fault };
    kept.forEach((cut) => this.release(cut));
    return { cuts: [], garbage, fault };
  }

  #account(bytes: number, events: readonly FrameEvent[], cuts: readonly Cut[]): Pushed['fault'] {
    if (!this.#reader.pending()) {
      // A message was the last thing seen, unless garbage came after it.
      const inGarbage = cuts.length > 0 || this.#garbage === 0 ? events.at(-1)?.kind === 'garbage' : true;
      this.#garbage = inGarbage ? this.#garbage + bytes : 0;
      return this.#garbage > MOST_GARBAGE ? 'not-mllp' : null;
    }
    this.#garbage = 0;
    this.#partial += bytes;
    if (this.#partial > this.#maxBytes * (1 + MOST_SKIPPED)) return 'endless-message';
    const held = Math.min(this.#partial, this.#maxBytes) - this.#budgeted;
    if (held <= 0) return null;
    if (!this.#budget.take(held)) return 'busy';
    this.#budgeted += held;
    return null;
  }

  /** The message has been answered, or never will be. */
  release(cut: Cut): void {
    if (cut.kind === 'frame') this.#budget.giveBack(cut.bytes.length);
  }

  /** Lets go of the message under way: it has been completed, or the connection is gone. */
  forget(): void {
    this.#budget.giveBack(this.#budgeted);
    this.#budgeted = 0;
    this.#partial = 0;
  }

  /** A message has begun and not ended. */
  pending(): boolean {
    return this.#reader.pending();
  }

  /** The peer has begun something, and has to go on with it. */
  owes(): boolean {
    return this.pending() || this.#garbage > 0;
  }
}
