/**
 * The way in of one connection. Its messages are taken side by side, so that they share a commit, but none overtakes: one
 * that finds no room waits for it with its sender, for a while, and what the sender has sent after it waits behind it; after
 * one that could not be stored, nothing of the connection is.
 */
import type { Arrival, Receive, Received } from '../intake/receive.ts';

interface Waits {
  /** So long a message waits for room. */
  readonly ms: number;
  /** The connection is ending. */
  readonly over: () => boolean;
  /** Told when waiting has begun or ended: nothing is read from the peer meanwhile. */
  readonly changed: () => void;
}

export class Line {
  readonly #receive: Receive;
  readonly #waits: Waits;
  /** Places in the line of those that wait. */
  readonly #waiting = new Set<number>();
  #begun = 0;
  /** One could not be stored: its sender sends it again, and what came after it must not be in before. */
  #broken = false;
  /** Settles when the last one begun is done; false when it was turned away for good. */
  #last = Promise.resolve(true);

  constructor(receive: Receive, waits: Waits) {
    this.#receive = receive;
    this.#waits = waits;
  }

  get isWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  async enter(message: Omit<Arrival, 'behind' | 'broke'>): Promise<Received> {
    const place = this.#begun++;
    const before = this.#last;
    let done: (isIn: boolean) => void = () => undefined;
    this.#last = new Promise((resolve) => (done = resolve));
    const arrival = {
      ...message,
      behind: () => this.#broken || [...this.#waiting].some((other) => other < place),
      broke: () => {
        this.#broken = true;
      },
    };
    let isIn = false;
    try {
      const first = await this.#receive(arrival);
      const received = isTurnedAway(first) ? await this.#wait(place, before, arrival, first) : first;
      isIn = !isTurnedAway(received);
      this.#broken ||= isUnavailable(received);
      return received;
    } catch (error) {
      // A bug: this one is not stored either.
      this.#broken = true;
      throw error;
    } finally {
      done(isIn);
    }
  }

  async #wait(place: number, before: Promise<boolean>, arrival: Arrival, first: Received): Promise<Received> {
    const { ms, over, changed } = this.#waits;
    const until = performance.now() + ms;
    this.#waiting.add(place);
    changed();
    try {
      if (!(await before)) return first;
      let received = first;
      while (!received.ok && received.untilRoom !== undefined) {
        const left = until - performance.now();
        if (left <= 0 || over() || !(await received.untilRoom(left)) || over()) break;
        received = await this.#receive(arrival);
      }
      return received;
    } finally {
      this.#waiting.delete(place);
      changed();
    }
  }
}

const isTurnedAway = (received: Received): boolean => !received.ok && received.untilRoom !== undefined;

const isUnavailable = (received: Received): boolean => !received.ok && received.refusal.kind === 'unavailable';
