/** The recursive descent behind `readJson`; throws Unreadable. */
import { WRITTEN, type WithWritten } from './decimal.ts';
import { ScalarReader } from './scalar-reader.ts';
import { Unreadable } from './unreadable.ts';

/** A member name or an array index on the way to a value. */
export type Step = string | number;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

export class Reader extends ScalarReader {
  readonly #maxDepth: number;
  readonly #path: Step[] = [];
  #depth = 0;
  constructor(text: string, maxDepth: number) {
    super(text);
    this.#maxDepth = maxDepth;
  }

  document(): unknown {
    const value = this.#readValue(this.next());
    if (!Number.isNaN(this.next())) this.fail('expected the end of the document');
    return value;
  }

  /** Where reading stopped. */
  path(): readonly Step[] {
    return this.#path.slice(0, this.#depth);
  }

  #readValue(code: number): unknown {
    switch (code) {
      case QUOTE:
        return this.readString();
      case OPEN_BRACE:
        return this.#readObject();
      case OPEN_BRACKET:
        return this.#readArray();
      case 0x74:
        return this.readWord('true', true);
      case 0x66:
        return this.readWord('false', false);
      case 0x6e:
        return this.readWord('null', null);
      default:
        if (code === 0x2d || (code >= 0x30 && code <= 0x39)) return this.readNumber();
        return this.fail('expected a value');
    }
  }

  #readObject(): Record<string, unknown> {
    const depth = this.#enter('');
    const object: Record<string, unknown> = {};
    let code = this.next();
    while (code !== CLOSE_BRACE) {
      if (code !== QUOTE) this.#failOutside('expected a key in double quotes');
      const start = this.at;
      const key = this.readString();
      this.#path[depth] = key;
      // A name every object inherits (`constructor`, `__proto__`) is looked at more closely.
      const inherited = object[key] !== undefined;
      if (inherited && Object.hasOwn(object, key)) {
        throw new Unreadable(start, 'this key stands twice in one object', 'json-duplicate-key');
      }
      if (this.next() !== COLON) this.fail('expected a colon');
      this.at += 1;
      const value = this.#readValue(this.next());
      if (typeof value === 'number' && this.written !== '') this.#remember(object, key);
      if (inherited) define(object, key, value);
      else object[key] = value;
      code = this.next();
      if (code === COMMA) {
        this.at += 1;
        code = this.next();
        if (code === CLOSE_BRACE) this.#failOutside('expected a key in double quotes');
      } else if (code !== CLOSE_BRACE) this.#failOutside('expected a comma or the end of the object');
    }
    this.#leave();
    return object;
  }

  #readArray(): unknown[] {
    const depth = this.#enter(0);
    const array: unknown[] = [];
    let code = this.next();
    while (code !== CLOSE_BRACKET) {
      this.#path[depth] = array.length;
      const value = this.#readValue(code);
      if (typeof value === 'number' && this.written !== '') this.#remember(array, String(array.length));
      array.push(value);
      code = this.next();
      if (code === COMMA) {
        this.at += 1;
        code = this.next();
        if (code === CLOSE_BRACKET) this.fail('expected a value');
      } else if (code !== CLOSE_BRACKET) this.#failOutside('expected a comma or the end of the array');
    }
    this.#leave();
    return array;
  }

  #enter(step: Step): number {
    if (this.#depth >= this.#maxDepth) {
      throw new Unreadable(this.at, `nested deeper than ${this.#maxDepth} levels`, 'json-depth');
    }
    this.#path[this.#depth] = step;
    this.at += 1;
    return this.#depth++;
  }

  #leave(): void {
    this.#depth -= 1;
    this.at += 1;
  }

  /** A fault of the container itself, not of the member read last. */
  #failOutside(text: string): never {
    this.#depth -= 1;
    return this.fail(text);
  }

  /** As `rememberWritten`, without its copy: the parent is ours alone until the document is read. */
  #remember(parent: object, key: string): void {
    const holder: WithWritten & object = parent;
    const held = holder[WRITTEN] ?? {};
    holder[WRITTEN] = held;
    if (key === '__proto__') define(held, key, this.written);
    else held[key] = this.written;
  }
}

/** An own property even where assignment would reach the prototype. */
function define(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}
