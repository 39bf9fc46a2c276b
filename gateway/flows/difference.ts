/** A semantic difference of two JSON texts: the order of keys does not count, the written precision of numbers does. */
import { readJson } from '../../profiles/json/read.ts';
import { writtenNumber } from '../../profiles/json/decimal.ts';
import { explainBundle } from '../../mappings/bundle.ts';
import type { Mapped } from '../../mappings/mapping.ts';

/** What stands at `path` (`entry[2].resource.status`) in the one and in the other, as JSON, or in words. */
export interface Difference {
  readonly path: string;
  readonly expected: string;
  readonly got: string;
  /** What made the value that was got: `lab.result.value from OBX[3]-5`; holds no value. */
  readonly by?: string;
}

/** What made the value at a path of the output (`Bundle.entry[2].resource.status`); undefined where nothing stands. */
export type Origin = (path: string) => string | undefined;

/** The origin of every value of this output, by the same trace as `map --explain`. */
export function originIn(mapped: Mapped): Origin {
  const told = new Map(explainBundle(mapped).map((traced) => [traced.path, traced]));
  return (path) => {
    const traced = told.get(path);
    if (traced === undefined) return undefined;
    const { rule, source, terminology } = traced;
    return `${rule} from ${source}${terminology === null ? '' : `, translated by ${terminology}`}`;
  };
}

/** The differences with what made each value; `pathOf` is the path of the output that a difference's path stands for. */
export const withOrigin = (
  found: readonly Difference[],
  origin: Origin,
  pathOf: (path: string) => string = (path) => path,
): Difference[] =>
  found.map((one) => {
    const by = one.got === NOTHING ? undefined : origin(pathOf(one.path));
    return by === undefined ? one : { ...one, by };
  });

const NOTHING = 'nothing';

/**
 * Lines such as `entry[2].resource.status: expected "final", got "preliminary" [lab.status from OBX[1]-11]`; empty when
 * equal. `origin` is asked with the paths of the made text (`entry[2]…`).
 */
export function difference(expectedText: string, madeText: string, origin: Origin = () => undefined): string[] {
  const expected = readJson(expectedText);
  const made = readJson(madeText);
  if (!expected.ok) return [`the expected file cannot be read: ${expected.issue.text}`];
  if (!made.ok) return [`the result cannot be read: ${made.issue.text}`];
  return withOrigin(differences(expected.value, made.value), origin).map(lineOf);
}

export const lineOf = ({ path, expected, got, by }: Difference): string =>
  `${path}: expected ${expected}, got ${got}${by === undefined ? '' : ` [${by}]`}`;

/** As `lineOf`, for who may see no values. */
export const placeOf = ({ path, by }: Difference): string => (by === undefined ? path : `${path} [${by}]`);

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
  value === undefined ? NOTHING : (writtenNumber(parent, key) ?? JSON.stringify(value));

const kindOf = (value: unknown): string =>
  value === undefined ? NOTHING : Array.isArray(value) ? 'a list' : isNode(value) ? 'an object' : JSON.stringify(value);
