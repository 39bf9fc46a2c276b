/** Segments of a message that is being written: every cell a leaf that names where it came from. */
import type { Leaf } from '../../draft.ts';
import type { PartDraft, SegmentDraft } from '../encode.ts';

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
