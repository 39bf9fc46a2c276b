/**
 * A place in a FHIR Bundle that is being written as HL7 v2. Its values are read as leaves that name it, and it remembers
 * what was read: what nothing read is what still has to travel in words.
 */
import { writtenNumber } from '../../../profiles/json/decimal.ts';
import { Leaf, type Place } from '../../draft.ts';

/** Paths of leaves that were read, or need no reading, by the Bundle they are in. */
type Read = Map<string, string | null>;

export class Spot<T> implements Place {
  /** Undefined where the Bundle holds nothing. */
  readonly value: T | undefined;
  readonly #path: string;
  /** Decimals as they were written, where JavaScript would write them otherwise. */
  readonly #written: string | undefined;
  readonly #read: Read;
  /** Everything below, walked once: what is asked of a whole resource is asked more than once. */
  #leaves: readonly FoundLeaf[] | undefined;

  constructor(value: T | undefined, path: string, read: Read = new Map(), written?: string) {
    this.value = value;
    this.#path = path;
    this.#read = read;
    this.#written = written;
  }

  path(): string {
    return this.#path;
  }

  at<K extends keyof T & string>(key: K): Spot<NonNullable<T[K]>> {
    const holder = this.value;
    const value = holder === undefined || holder === null ? undefined : holder[key];
    return this.#below(value ?? undefined, `.${key}`, key);
  }

  /** Item of a list; use `each`. */
  item<I>(index: number, value: I): Spot<I> {
    return this.#below(value, `[${index}]`, index);
  }

  #below<V>(value: V | undefined, step: string, key: string | number): Spot<V> {
    const holder: unknown = this.value;
    const written = typeof holder === 'object' && holder !== null ? writtenNumber(holder, key) : undefined;
    return new Spot(value, this.#path + step, this.#read, written);
  }

  /** The primitive here as text, decimals as written; undefined when there is none. It counts as read. */
  said(rule: string, terminology?: string): Leaf<string> | undefined {
    const { value } = this;
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
    this.#read.set(this.#path, null);
    return new Leaf(this.#written ?? String(value), this, rule, terminology);
  }

  /** The primitive here in other words: a time in HL7's, a code of HL7's table. Nothing is read when `make` gives nothing. */
  saidAs(rule: string, make: (text: string) => string | undefined, terminology?: string): Leaf<string> | undefined {
    const { value } = this;
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
    const text = make(this.#written ?? String(value));
    if (text === undefined) return undefined;
    this.#read.set(this.#path, null);
    return new Leaf(text, this, rule, terminology);
  }

  /** The primitive here as part of a text that another place names; `reason` says which. */
  saidIn(reason: string, rule: string): Leaf<string> | undefined {
    const leaf = this.said(rule);
    if (leaf !== undefined) this.#read.set(this.#path, reason);
    return leaf;
  }

  /** All below needs no words: said elsewhere, or nothing a receiver of HL7 v2 could use. */
  pass(reason: string): void {
    for (const { path } of this.#all()) if (!this.#read.has(path)) this.#read.set(path, reason);
  }

  #all(): readonly FoundLeaf[] {
    return (this.#leaves ??= leavesBelow(this.value, this.#path));
  }

  /** One leaf below, by its whole path, needs no words. */
  skip(path: string, reason: string): void {
    if (!this.#read.has(path)) this.#read.set(path, reason);
  }

  /** Leaves below that nobody read. */
  unread(): FoundLeaf[] {
    return this.#all().filter(({ path }) => !this.#read.has(path));
  }

  /** Leaves below that were passed, with the reason. */
  passed(): { readonly source: string; readonly reason: string }[] {
    return this.#all().flatMap(({ path }) => {
      const reason = this.#read.get(path);
      return typeof reason === 'string' ? [{ source: path, reason }] : [];
    });
  }

  /** A leaf below, by its whole path, in words of the caller's. */
  leaf(path: string, text: string, rule: string): Leaf<string> {
    this.#read.set(path, null);
    return new Leaf(text, { path: () => path }, rule);
  }
}

/** The items of a list, each at its place. */
export const each = <I>(list: Spot<I[]>): Spot<I>[] => (list.value ?? []).map((item, index) => list.item(index, item));

interface FoundLeaf {
  readonly path: string;
  readonly text: string;
}

function leavesBelow(node: unknown, path: string, written?: string, found: FoundLeaf[] = []): FoundLeaf[] {
  if (node === undefined || node === null) return found;
  if (Array.isArray(node)) {
    node.forEach((item, index) => leavesBelow(item, `${path}[${index}]`, writtenNumber(node, index), found));
  } else if (typeof node === 'object') {
    for (const key of Object.keys(node)) {
      const child: unknown = Reflect.get(node, key);
      leavesBelow(child, `${path}.${key}`, writtenNumber(node, key), found);
    }
  } else found.push({ path, text: written ?? (typeof node === 'string' ? node : JSON.stringify(node)) });
  return found;
}
