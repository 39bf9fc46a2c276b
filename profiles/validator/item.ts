import { shapeOf } from '../structure/shape.ts';
import type { Shape, Slot } from '../structure/shape.ts';

export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One repetition of an element as it stands in a resource. */
export interface Item {
  readonly value: unknown;
  /** What hangs on a primitive: `_birthDate`. */
  readonly extra: Json | undefined;
  /** JSON key: `valueQuantity`. */
  readonly key: string;
  readonly index: number | null;
  readonly slot: Slot | undefined;
  readonly parent: Json;
  readonly parentShape: Shape | null;
  /** Set where no slot says what the value is: at the root of a check. */
  readonly shape?: Shape;
}

/** The repetitions of an element (`identifier`, `value[x]`) under one JSON object. */
export function itemsOf(parent: Json, shape: Shape | null, name: string): Item[] {
  if (!name.endsWith('[x]')) return itemsAt(parent, shape, name);
  const found: Item[] = [];
  for (const key of Object.keys(parent)) {
    const own = key.startsWith('_') ? key.slice(1) : key;
    if (own !== key && own in parent) continue;
    if (shape ? shape.slots.get(own)?.stem === name : isChoiceOf(own, name)) found.push(...itemsAt(parent, shape, own));
  }
  return found;
}

const NONE: Item[] = [];

function itemsAt(parent: Json, parentShape: Shape | null, key: string): Item[] {
  const value = parent[key];
  const slot = parentShape?.slots.get(key);
  // Only a primitive has something beside it.
  const beside = slot && !slot.check ? undefined : parent[`_${key}`];
  if (value === undefined && beside === undefined) return NONE;
  const item = (each: unknown, extra: unknown, index: number | null): Item => ({
    value: each ?? undefined,
    extra: isObject(extra) ? extra : undefined,
    key,
    index,
    slot,
    parent,
    parentShape,
  });
  if (!Array.isArray(value) && !Array.isArray(beside)) return [item(value, beside, null)];
  const values: readonly unknown[] = Array.isArray(value) ? value : [];
  const extras: readonly unknown[] = Array.isArray(beside) ? beside : [];
  return Array.from({ length: Math.max(values.length, extras.length) }, (_, index) =>
    item(values[index], extras[index], index),
  );
}

const isChoiceOf = (key: string, name: string) =>
  key.startsWith(name.slice(0, -3)) && /^[A-Z]/.test(key.slice(name.length - 3));

/** The JSON object an item's child elements stand in: itself, or what hangs on a primitive. */
export function insideOf(item: Item): { readonly object: Json; readonly shape: Shape | null } {
  if (isObject(item.value)) return { object: item.value, shape: item.shape ?? shapeOfItem(item.value, item.slot) };
  return { object: item.extra ?? {}, shape: shapeOf('Element') };
}

function shapeOfItem(value: Json, slot: Slot | undefined): Shape | null {
  if (slot && !slot.isResource) return slot.shape();
  return typeof value['resourceType'] === 'string' ? shapeOf(value['resourceType']) : null;
}

/** The type an item has in R4, with a resource's own type. */
export function typeOfItem(item: Item): string | undefined {
  if (isObject(item.value) && typeof item.value['resourceType'] === 'string') return item.value['resourceType'];
  const name = item.slot?.typeName;
  return name === 'SimpleQuantity' || name === 'MoneyQuantity' ? 'Quantity' : name;
}
