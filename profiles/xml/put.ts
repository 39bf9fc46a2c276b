/** How what an element says is put into the JSON form of its parent. */
import type { Shape, Slot } from '../structure/shape.ts';
import { putPrimitive } from './primitive.ts';

export type Json = Record<string, unknown>;

/** A primitive element: `value` holds its id and extensions, `text` its value where it has one. */
export interface Said {
  readonly slot: Slot;
  readonly value: Json;
  readonly text: string | null;
}

/** Said twice, a single element becomes a list, which the structure check refuses. */
export function put(holder: Json, { name, list }: Slot, value: unknown): void {
  const before = holder[name];
  if (Array.isArray(before)) before.push(value);
  else if (before === undefined) holder[name] = list ? [value] : value;
  else holder[name] = [before, value];
}

/** A primitive with what hangs on it: `birthDate` and `_birthDate` (R4 json.html#primitive). An empty one stays visible. */
export function putSaid(holder: Json, { slot, value, text }: Said): void {
  const extra = Object.keys(value).length === 0 ? null : value;
  const said = text ?? (extra === null ? '' : null);
  if (!slot.list && holder[slot.name] === undefined) {
    if (said !== null) putPrimitive(holder, slot.name, slot.typeName, said);
    if (extra !== null) holder[`_${slot.name}`] = extra;
    return;
  }
  if (!slot.list) return put(holder, slot, said);
  const values = listAt(holder, slot.name);
  const extras = listAt(holder, `_${slot.name}`);
  if (said === null) values.push(null);
  else putPrimitive(values, values.length, slot.typeName, said);
  extras.push(extra);
}

function listAt(holder: Json, key: string): unknown[] {
  const before = holder[key];
  if (Array.isArray(before)) return before as unknown[];
  const list: unknown[] = [];
  holder[key] = list;
  return list;
}

/** Of the pair of lists a repeating primitive makes, the one that says nothing goes. */
export function tidy(value: Json, shape: Shape | null): void {
  for (const key of Object.keys(value)) {
    const list = value[key];
    if (!Array.isArray(list) || shape?.slots.get(key)?.list !== true) continue;
    if (list.every((item) => item === null)) Reflect.deleteProperty(value, key);
  }
}
