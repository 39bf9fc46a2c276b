/**
 * How much all connections together begin in one turn of the event loop. What is begun in a turn shares a commit; without
 * a bound, a turn in which every connection has something takes long, and nobody is answered before its end.
 */
export class Turn {
  readonly #most: number;
  #begun = 0;
  readonly #waiting = new Set<() => void>();

  constructor(most: number) {
    this.#most = most;
  }

  /** True: begin one now. False: this turn has had its share, and `goOn` is called in the next. */
  take(goOn: () => void): boolean {
    if (this.#begun === 0) setImmediate(() => this.#next());
    if (this.#begun < this.#most) {
      this.#begun += 1;
      return true;
    }
    this.#waiting.add(goOn);
    return false;
  }

  #next(): void {
    this.#begun = 0;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const goOn of waiting) goOn();
  }
}
