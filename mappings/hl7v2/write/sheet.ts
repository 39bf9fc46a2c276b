/** Segments of a message that is being written: every cell a leaf that names where it came from. */
import type { Leaf, Traced } from '../../draft.ts';
import { unencodable, type Charset } from '../charset.ts';
import { encodeMessage, type PartDraft, type SegmentDraft } from '../encode.ts';
import type { Issue } from '../../../profiles/issue.ts';

export type Said = Leaf<string> | undefined;

/** One repetition of a field: its components, each a text or its subcomponents. */
export interface Rep {
  readonly components: readonly (Said | readonly Said[])[];
}

/** A text, one repetition, or several. */
export type Field = Said | Rep | readonly (Rep | undefined)[];

/** By HL7 position: `{ 3: …, 5: … }`; of MSH from MSH-3 on. */
export type Fields = Readonly<Record<number, Field>>;

export const rep = (...components: Rep['components']): Rep | undefined =>
  components.flat().some((leaf) => leaf !== undefined) ? { components } : undefined;

/** Repetitions, components, subcomponents; any may be left open. */
type Components = (Said[] | undefined)[];
type Grid = (Components | undefined)[];

export class SheetSegment {
  readonly name: string;
  readonly #fields: (Grid | undefined)[] = [];

  constructor(name: string, fields: Fields) {
    this.name = name;
    for (const [field, value] of Object.entries(fields)) this.#fields[Number(field)] = gridOf(value);
  }

  /** Puts a leaf where nothing stands yet. Positions count from 1. `taken`: something else stands there. */
  fill(
    field: number,
    repetition: number,
    component: number,
    subcomponent: number,
    leaf: Leaf<string>,
  ): 'put' | 'same' | 'taken' {
    const grid = (this.#fields[field] ??= []);
    const components = (grid[repetition - 1] ??= []);
    const parts = (components[component - 1] ??= []);
    const standing = parts[subcomponent - 1];
    if (standing !== undefined) return standing.value === leaf.value ? 'same' : 'taken';
    parts[subcomponent - 1] = leaf;
    return 'put';
  }

  /** Every cell with its place: `5`, `3[2].1`, `5.1.2`, as a reader of the message would name it. */
  cells(): Cell[] {
    return Array.from(this.#fields, (grid = [], field) => {
      const repetitions = upToLast(grid, (components = []) => components.some(isFilled));
      return repetitions.flatMap((components, at) =>
        cellsOf(`${field}${repetitions.length > 1 ? `[${at + 1}]` : ''}`, components ?? []),
      );
    }).flat();
  }

  draft(): SegmentDraft {
    const from = this.name === 'MSH' ? 3 : 1;
    const count = Math.max(0, this.#fields.length - from);
    return {
      name: this.name,
      fields: Array.from({ length: count }, (_, index) => ({
        repetitions: Array.from(this.#fields[index + from] ?? [], (components) => ({
          components: Array.from(components ?? [], (parts) => Array.from(parts ?? [], partOf)),
        })),
      })),
    };
  }
}

interface Cell {
  readonly at: string;
  readonly leaf: Leaf<string>;
}

const isFilled = (parts: Said[] | undefined): boolean => parts?.some((leaf) => leaf !== undefined) === true;

/** What is empty at the end is not written, and not counted. */
function upToLast<T>(list: readonly T[], filled: (item: T) => boolean): T[] {
  const items = Array.from(list);
  return items.slice(0, items.findLastIndex((item) => filled(item)) + 1);
}

function cellsOf(field: string, all: Components): Cell[] {
  const components = upToLast(all, isFilled);
  return components.flatMap((some, component) => {
    const parts = upToLast(some ?? [], (leaf) => leaf !== undefined);
    const inside = parts.length > 1;
    return parts.flatMap((leaf, part) => {
      if (leaf === undefined) return [];
      const where = components.length > 1 || inside ? `.${component + 1}` : '';
      return [{ at: `${field}${where}${inside ? `.${part + 1}` : ''}`, leaf }];
    });
  });
}

/** The rule of a cell that deletes: its text is HL7 null and no text of anyone's. */
export const DELETES = 'write.null';

const partOf = (leaf: Said): PartDraft =>
  leaf === undefined ? '' : leaf.rule === DELETES ? { raw: leaf.value } : leaf.value;

function gridOf(field: Field): Grid {
  if (field === undefined) return [];
  if ('value' in field) return [[[field]]];
  const repetitions: readonly (Rep | undefined)[] = 'components' in field ? [field] : field;
  return repetitions
    .filter((one) => one !== undefined)
    .map(({ components }) =>
      components.map((part) => (part === undefined ? [] : 'value' in part ? [part] : [...part])),
    );
}

const USUAL = { field: '|', component: '^', repetition: '~', escape: '\\', subcomponent: '&' } as const;

/** Names of the segments with their count where there are several: `OBX[2]`. */
function* named(segments: readonly SheetSegment[]): Generator<readonly [string, SheetSegment]> {
  const counts = new Map<string, number>();
  const totals = new Map<string, number>();
  for (const { name } of segments) totals.set(name, (totals.get(name) ?? 0) + 1);
  for (const segment of segments) {
    const { name } = segment;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    yield [totals.get(name) === 1 ? name : `${name}[${count}]`, segment];
  }
}

/**
 * The bytes. A character the receiver's set lacks is refused, each at its place: a name that arrives with a `?` in it is
 * another name. Composed characters are tried before (`e` and an acute are one `é`).
 */
export function encodeSheet(
  segments: readonly SheetSegment[],
  charset: Charset,
): { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  for (const [name, segment] of named(segments)) {
    for (const { at, leaf } of segment.cells()) {
      const lacking = unencodable(leaf.value, charset);
      if (lacking === undefined) continue;
      const code = `U+${(lacking.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
      const text = `character ${code} for ${name}-${at} is not in the receiver's character set ${charset}`;
      issues.push({ severity: 'error', code: 'not-supported', expression: leaf.place.path(), text, rule: 'charset' });
    }
  }
  if (issues.length > 0) return { ok: false, issues };
  const drafts = segments.map((segment) => segment.draft());
  return { ok: true, bytes: encodeMessage({ delimiters: USUAL, charset, segments: drafts }) };
}

/** Every cell with its source, in the order of the message. */
export const traceSheet = (segments: readonly SheetSegment[]): Traced[] =>
  [...named(segments)].flatMap(([name, segment]) =>
    segment.cells().map(({ at, leaf: { place, rule, terminology = null } }) => ({
      path: `${name}-${at}`,
      source: place.path(),
      rule,
      terminology,
    })),
  );
