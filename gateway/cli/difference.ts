/** A semantic difference of two JSON texts: the order of keys does not count, the written precision of numbers does. */
import { readJson } from '../../profiles/json/read.ts';
import { writtenNumber } from '../../profiles/json/decimal.ts';

/** Lines such as `Bundle.entry[2].resource.status: expected "final", got "preliminary"`; empty when equal. */
export function difference(expectedText: string, madeText: string): string[] {
  const expected = readJson(expectedText);
  const made = readJson(madeText);
  if (!expected.ok) return [`the expected file cannot be read: ${expected.issue.text}`];
  if (!made.ok) return [`the result cannot be read: ${made.issue.text}`];
  const lines: string[] = [];
  compare(expected.value, made.value, '', lines);
  return lines;
}

function compare(expected: unknown, made: unknown, path: string, lines: string[]): void {
  if (isNode(expected) && isNode(made) && Array.isArray(expected) === Array.isArray(made)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(made)])) {
      const at = Array.isArray(expected) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
      const a: unknown = Reflect.get(expected, key);
      const b: unknown = Reflect.get(made, key);
      if (isNode(a) || isNode(b)) compare(a, b, at, lines);
      else if (shown(expected, key, a) !== shown(made, key, b)) {
        lines.push(`${at}: expected ${shown(expected, key, a)}, got ${shown(made, key, b)}`);
      }
    }
  } else if (expected !== made) {
    lines.push(`${path === '' ? '(root)' : path}: expected ${kindOf(expected)}, got ${kindOf(made)}`);
  }
}

const isNode = (value: unknown): value is object => typeof value === 'object' && value !== null;

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
