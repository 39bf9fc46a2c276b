/** A semantic difference of two JSON texts: the order of keys does not count, the written precision of numbers does. */
import { readJson } from '../../profiles/json/read.ts';
import { writtenNumber } from '../../profiles/json/decimal.ts';

/** What stands at `path` (`entry[2].resource.status`) in the one and in the other, as JSON, or in words. */
export interface Difference {
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

/** Lines such as `entry[2].resource.status: expected "final", got "preliminary"`; empty when equal. */
export function difference(expectedText: string, madeText: string): string[] {
  const expected = readJson(expectedText);
  const made = readJson(madeText);
  if (!expected.ok) return [`the expected file cannot be read: ${expected.issue.text}`];
  if (!made.ok) return [`the result cannot be read: ${made.issue.text}`];
  return differences(expected.value, made.value).map(lineOf);
}

export const lineOf = ({ path, expected, got }: Difference): string => `${path}: expected ${expected}, got ${got}`;

/** Of two values as `readJson` gives them. `root` goes before every path. */
export function differences(expected: unknown, made: unknown, root = ''): Difference[] {
  const found: Difference[] = [];
  compare(expected, made, root, found);
  return found;
}

function compare(expected: unknown, made: unknown, path: string, found: Difference[]): void {
  // What only one of them has is told leaf by leaf: `an object` would tell nobody what was added.
  if (isFilled(expected) && made === undefined) return compare(expected, emptied(expected), path, found);
  if (expected === undefined && isFilled(made)) return compare(emptied(made), made, path, found);
  if (isNode(expected) && isNode(made) && Array.isArray(expected) === Array.isArray(made)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(made)])) {
      const at = Array.isArray(expected) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
      const a: unknown = Reflect.get(expected, key);
      const b: unknown = Reflect.get(made, key);
      if (isNode(a) || isNode(b)) compare(a, b, at, found);
      else if (shown(expected, key, a) !== shown(made, key, b)) {
        found.push({ path: at, expected: shown(expected, key, a), got: shown(made, key, b) });
      }
    }
  } else if (expected !== made) {
    found.push({ path: path === '' ? '(root)' : path, expected: kindOf(expected), got: kindOf(made) });
  }
}

const isNode = (value: unknown): value is object => typeof value === 'object' && value !== null;

const isFilled = (value: unknown): value is object => isNode(value) && Object.keys(value).length > 0;

const emptied = (node: object): object => (Array.isArray(node) ? [] : {});

const shown = (parent: object, key: string, value: unknown): string =>
  value === undefined ? 'nothing' : (writtenNumber(parent, key) ?? JSON.stringify(value));

const kindOf = (value: unknown): string =>
  value === undefined
    ? 'nothing'
    : Array.isArray(value)
      ? 'a list'
      : isNode(value)
        ? 'an object'
        : JSON.stringify(value);
