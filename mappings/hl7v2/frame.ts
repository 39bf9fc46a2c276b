/**
 * MLLP framing (HL7 transport specification MLLP, release 1): 0x0B, the message, 0x1C 0x0D. Reads a byte stream in
 * whatever pieces it arrives, in time linear to its length.
 */

export type FrameEvent =
  | { readonly kind: 'frame'; readonly bytes: Uint8Array }
  /** The frame grew beyond the limit; reported at once, its rest is skipped. `head`: up to 64 KB of its beginning. */
  | { readonly kind: 'too-large'; readonly head: Uint8Array }
  /** Bytes outside a frame, other than line ends, or a frame broken off by the start of another; once per run. */
  | { readonly kind: 'garbage' };

const START = 0x0b;
const END = 0x1c;
const CR = 0x0d;
const LF = 0x0a;
const HEAD = 65_536;

type State = 'outside' | 'garbage' | 'inside' | 'skipping';

export class FrameReader {
  readonly #maxBytes: number;
  #state: State = 'outside';
  /** The last byte was 0x1C: a 0x0D now ends the frame. */
  #afterEnd = false;
  #held = new Uint8Array(0);
  #length = 0;

  /** `maxBytes`: the longest message taken, without its framing. */
  constructor(limits: { readonly maxBytes: number }) {
    this.#maxBytes = limits.maxBytes;
  }

  /** Takes the next bytes of the stream and returns what they completed, in order. */
  push(chunk: Uint8Array): FrameEvent[] {
    const events: FrameEvent[] = [];
    let at = 0;
    while (at < chunk.length) {
      at =
        this.#state === 'outside' || this.#state === 'garbage'
          ? this.#seek(chunk, at, events)
          : this.#take(chunk, at, events);
    }
    return events;
  }

  /** True while a frame has begun and not ended: a silent peer then owes its rest. */
  pending(): boolean {
    return this.#state === 'inside' || this.#state === 'skipping';
  }

  /** Outside a frame: on to the next start. */
  #seek(chunk: Uint8Array, from: number, events: FrameEvent[]): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === START) {
        this.#state = 'inside';
        this.#length = 0;
        this.#afterEnd = false;
        return at + 1;
      }
      if (this.#state === 'outside' && byte !== CR && byte !== LF) {
        this.#state = 'garbage';
        events.push({ kind: 'garbage' });
      }
    }
    return chunk.length;
  }

  /** Inside a frame: up to its end, or all of the chunk. */
  #take(chunk: Uint8Array, from: number, events: FrameEvent[]): number {
    if (this.#afterEnd && chunk[from] === CR) {
      this.#length -= 1; // the 0x1C of the chunk before
      return this.#finish(from + 1, events);
    }
    this.#afterEnd = false;
    const end = endOf(chunk, from);
    const upTo = end < 0 ? chunk.length : end;
    this.#keep(chunk.subarray(from, upTo), events);
    if (end >= 0) return this.#finish(end + 2, events);
    this.#afterEnd = chunk[chunk.length - 1] === END;
    this.#limit(events);
    return chunk.length;
  }

  #keep(part: Uint8Array, events: FrameEvent[]): void {
    if (this.#state === 'skipping') return;
    const needed = this.#length + part.length;
    // Beyond the limit only the head is of use; one byte more may still be the 0x1C of an allowed message.
    if (needed > this.#maxBytes + 1) {
      this.#append(part.subarray(0, Math.max(0, HEAD - this.#length)));
      this.#tooLarge(events);
    } else this.#append(part);
  }

  #append(part: Uint8Array): void {
    const needed = this.#length + part.length;
    if (needed > this.#held.length) {
      const grown = new Uint8Array(Math.max(needed, this.#held.length * 2));
      grown.set(this.#held.subarray(0, this.#length));
      this.#held = grown;
    }
    this.#held.set(part, this.#length);
    this.#length = needed;
  }

  #limit(events: FrameEvent[]): void {
    const length = this.#length - (this.#afterEnd ? 1 : 0);
    if (this.#state === 'inside' && length > this.#maxBytes) this.#tooLarge(events);
  }

  #tooLarge(events: FrameEvent[]): void {
    events.push({ kind: 'too-large', head: this.#held.slice(0, Math.min(HEAD, this.#length)) });
    this.#held = new Uint8Array(0);
    this.#state = 'skipping';
  }

  #finish(next: number, events: FrameEvent[]): number {
    this.#afterEnd = false;
    this.#limit(events);
    if (this.#state === 'inside') {
      const bytes = this.#held.subarray(0, this.#length);
      const restart = lastStart(bytes);
      if (restart > 0) events.push({ kind: 'garbage' });
      events.push({ kind: 'frame', bytes: bytes.subarray(restart) });
    }
    this.#held = new Uint8Array(0);
    this.#state = 'outside';
    return next;
  }
}

/** Position of 0x1C 0x0D; a lone 0x1C belongs to the message. */
function endOf(chunk: Uint8Array, from: number): number {
  for (let at = chunk.indexOf(END, from); at >= 0; at = chunk.indexOf(END, at + 1)) if (chunk[at + 1] === CR) return at;
  return -1;
}

/**
 * Where the last message in the frame begins: a sender that broke off and began anew leaves 0x0B `MSH` inside. A 0x0B
 * alone is a vertical tab in someone's text and stays, for the parser to refuse by name.
 */
function lastStart(bytes: Uint8Array): number {
  for (let at = bytes.lastIndexOf(START); at >= 0; at = at === 0 ? -1 : bytes.lastIndexOf(START, at - 1)) {
    if (bytes[at + 1] === 0x4d && bytes[at + 2] === 0x53 && bytes[at + 3] === 0x48) return at + 1;
  }
  return 0;
}

/** The message between its start and end blocks. */
export function frameBytes(message: Uint8Array): Uint8Array {
  const framed = new Uint8Array(message.length + 3);
  framed[0] = START;
  framed.set(message, 1);
  framed[message.length + 1] = END;
  framed[message.length + 2] = CR;
  return framed;
}
