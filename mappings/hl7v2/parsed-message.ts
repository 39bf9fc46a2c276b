/** A parsed message: its segments by position and by name. */
import type { Delimiters, Message } from './message.ts';
import { ParsedSegment } from './parsed-segment.ts';

const NONE: readonly ParsedSegment[] = [];

export class ParsedMessage implements Message {
  readonly delimiters: Delimiters;
  readonly charset: string;
  readonly segments: readonly ParsedSegment[];
  readonly header: ParsedSegment;
  readonly zones = new Map<string, string>();
  readonly #byName = new Map<string, ParsedSegment[]>();

  /** `first` is the text of MSH, `rest` that of the segments after it; each starts with its name. */
  constructor(delimiters: Delimiters, charset: string, first: string, rest: readonly string[]) {
    this.delimiters = delimiters;
    this.charset = charset;
    this.header = this.#take(first, 1);
    this.segments = [this.header, ...rest.map((line, index) => this.#take(line, index + 2))];
  }

  #take(line: string, position: number): ParsedSegment {
    const name = line.slice(0, 3);
    const same = this.#byName.get(name);
    const segment = new ParsedSegment(this, line, name, (same?.length ?? 0) + 1, position);
    if (same === undefined) this.#byName.set(name, [segment]);
    else same.push(segment);
    return segment;
  }

  first(name: string): ParsedSegment | undefined {
    return this.#byName.get(name)?.[0];
  }

  all(name: string): readonly ParsedSegment[] {
    return this.#byName.get(name) ?? NONE;
  }
}
