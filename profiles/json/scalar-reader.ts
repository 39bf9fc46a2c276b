/** Where reading stands in a JSON text, and how its strings, numbers and words are read there. */
import { scanNumber, scanString } from './lexeme.ts';
import { Unreadable } from './unreadable.ts';

export class ScalarReader {
  readonly #text: string;
  readonly #string = { end: 0, escaped: false };
  readonly #number = { end: 0, plain: true };
  /** Offset of the next character, in UTF-16 code units. */
  protected at: number;
  /** How the number read last was written, when JavaScript would write it otherwise. */
  protected written = '';

  /** A byte order mark is passed over. */
  constructor(text: string) {
    this.#text = text;
    this.at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  }

  protected fail(text: string): never {
    const ended = this.at >= this.#text.length;
    throw new Unreadable(this.at, ended ? `${text}, but the document ends` : text);
  }

  /** Skips white space; the character there, NaN at the end. */
  protected next(): number {
    const text = this.#text;
    for (;;) {
      const code = text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return code;
      this.at += 1;
    }
  }

  protected readWord<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.at)) this.fail('expected a value');
    this.at += word.length;
    return value;
  }

  protected readString(): string {
    const start = this.at + 1;
    scanString(this.#text, start, this.#string);
    const { end, escaped } = this.#string;
    this.at = end + 1;
    if (!escaped) return this.#text.slice(start, end);
    return JSON.parse(this.#text.slice(start - 1, end + 1)) as string;
  }

  protected readNumber(): number {
    scanNumber(this.#text, this.at, this.#number);
    const { end, plain } = this.#number;
    const text = this.#text.slice(this.at, end);
    const value = Number(text);
    if (!Number.isFinite(value)) {
      throw new Unreadable(this.at, 'this number is too large to be read', 'json-number');
    }
    this.written = plain || String(value) === text ? '' : text;
    this.at = end;
    return value;
  }
}
