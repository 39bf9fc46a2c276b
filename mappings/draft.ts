/**
 * What a mapping builds: a FHIR resource whose every leaf knows where it came from. `finish` strips a draft to the
 * plain resource; `traceOf` walks the same draft for `map --explain`. There is one description of a mapping, not two.
 */
import { rememberWritten } from '../profiles/json/decimal.ts';

/** A place in the partner's message, in the partner's words. */
export interface Place {
  /** `OBX[3]-5.1`, `PID-3[2].1`, `$.patient.bsn`; or `constant`, `region`, `derived`. */
  path(): string;
}

type Primitive = string | number | boolean;

/** One primitive value of a draft. Made only by the functions below, so that none goes without a source. */
export class Leaf<out T extends Primitive> {
  readonly value: T;
  readonly place: Place;
  /** Which rule of the mapping put it there: `lab.result.value`, `datatype.CWE`. */
  readonly rule: string;
  /** Canonical of the ConceptMap that translated it, if one did. */
  readonly terminology: string | undefined;
  /** The text a decimal was written in, when its precision must survive. */
  readonly written: string | undefined;
  constructor(value: T, place: Place, rule: string, terminology?: string, written?: string) {
    this.value = value;
    this.place = place;
    this.rule = rule;
    this.terminology = terminology;
    this.written = written;
  }
}

/** A whole JSON subtree taken over as it is from a JSON source at `path` (`$.entry[0].resource.code`). */
export class Copied {
  readonly value: unknown;
  readonly from: string;
  readonly rule: string;
  constructor(value: unknown, from: string, rule: string) {
    this.value = value;
    this.from = from;
    this.rule = rule;
  }
}

/** The draft of a FHIR type: the same shape, leaves instead of primitives, anything may be left out. */
export type Draft<T> = T extends Primitive
  ? Leaf<T>
  : T extends readonly (infer Item)[]
    ? readonly (Draft<Item> | undefined)[] | Copied
    : { readonly [K in keyof T]?: Draft<Exclude<T[K], undefined>> | undefined } | Copied;

const fixed = (name: 'constant' | 'region' | 'derived'): Place => ({ path: () => name });
const CONSTANT = fixed('constant');
const REGION = fixed('region');
const DERIVED = fixed('derived');

/** A value the mapping itself lays down (a profile, a fixed code). */
export const constant = <const T extends Primitive>(value: T, rule = 'constant'): Leaf<T> =>
  new Leaf(value, CONSTANT, rule);
/** A value from the region file (an organisation's URA, a wijkkliniek's id). */
export const region = <const T extends Primitive>(value: T, rule: string): Leaf<T> => new Leaf(value, REGION, rule);
/** A value computed from several others (a uuid v5, a reference between entries of the Bundle). */
export const derived = <const T extends Primitive>(value: T, rule: string): Leaf<T> => new Leaf(value, DERIVED, rule);

/** Strips a draft to plain JSON; `undefined`, empty objects and empty arrays vanish. */
export function finish<T>(draft: Draft<T>): T {
  return (strip(draft) ?? {}) as T;
}

function strip(node: unknown): unknown {
  if (node === undefined || node === null) return undefined;
  if (node instanceof Leaf) return node.value;
  if (node instanceof Copied) return node.value;
  if (Array.isArray(node)) {
    const items: unknown[] = [];
    for (const item of node) {
      const value = strip(item);
      if (value === undefined) continue;
      if (item instanceof Leaf && item.written !== undefined) rememberWritten(items, items.length, item.written);
      items.push(value);
    }
    return items.length > 0 ? items : undefined;
  }
  if (typeof node !== 'object') throw new TypeError('a draft holds a primitive that names no source');
  const out: Record<string, unknown> = {};
  let filled = false;
  for (const key in node) {
    const child = (node as Record<string, unknown>)[key];
    const value = strip(child);
    if (value === undefined) continue;
    out[key] = value;
    filled = true;
    if (child instanceof Leaf && child.written !== undefined) rememberWritten(out, key, child.written);
  }
  return filled ? out : undefined;
}

/** One line of `map --explain`: no values, only where each came from. */
export interface Traced {
  readonly path: string;
  readonly source: string;
  readonly rule: string;
  readonly terminology: string | null;
}

/** Every leaf of the draft with its source, in document order; paths as they are in the finished resource. */
export function traceOf(draft: unknown, root: string): Traced[] {
  const lines: Traced[] = [];
  trace(draft, root, lines);
  return lines;
}

function trace(node: unknown, path: string, lines: Traced[]): void {
  if (node === undefined || node === null) return;
  if (node instanceof Leaf) {
    lines.push({ path, source: node.place.path(), rule: node.rule, terminology: node.terminology ?? null });
  } else if (node instanceof Copied) {
    traceCopied(node.value, path, node.from, node.rule, lines);
  } else if (Array.isArray(node)) {
    let index = 0;
    for (const item of node) if (strip(item) !== undefined) trace(item, `${path}[${index++}]`, lines);
  } else if (typeof node === 'object') {
    for (const [key, child] of Object.entries(node)) trace(child, `${path}.${key}`, lines);
  }
}

function traceCopied(value: unknown, path: string, from: string, rule: string, lines: Traced[]): void {
  if (Array.isArray(value)) {
    value.forEach((item, index) => {
      traceCopied(item, `${path}[${index}]`, `${from}[${index}]`, rule, lines);
    });
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) {
      traceCopied(child, `${path}.${key}`, `${from}.${key}`, rule, lines);
    }
  } else if (value !== undefined) {
    lines.push({ path, source: from, rule, terminology: null });
  }
}
