import { isResourceType } from '../r4/definitions.ts';
import { checkBinding } from './binding.ts';
import type { Place } from './place.ts';
import { checkFullUrls, checkReference, fullUrlsOf } from './reference.ts';
import type { Scope } from './reference.ts';
import { shapeOf } from './shape.ts';
import type { Shape, Slot } from './shape.ts';

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** Keys that may stand in an expression; others are somebody's text and stay out of our words. */
const NAME = /^_?[A-Za-z][A-Za-z0-9]{0,63}$/;

/** Checks one resource at the place given; `contained` says it stands in another one's `contained`. */
export function checkResource(value: unknown, scope: Scope, contained: boolean, place: Place): void {
  if (!isObject(value)) {
    place.error('structure', 'type', 'must be a resource: a JSON object with resourceType');
    return;
  }
  const type = value['resourceType'];
  if (typeof type !== 'string' || !isResourceType(type)) {
    const words = type === undefined ? 'has no resourceType' : 'has a resourceType that R4 does not know';
    place.error('structure', 'resource-type', words, 'resourceType');
    return;
  }
  const entries = type === 'Bundle' && Array.isArray(value['entry']) ? (value['entry'] as unknown[]) : null;
  if (entries) checkFullUrls(value, entries, place);
  const bundles = entries ? [...scope.bundles, fullUrlsOf(entries)] : scope.bundles;
  checkObject(value, shapeOf(type), { bundles, container: contained ? scope.container : value }, place);
}

function checkObject(value: Json, shape: Shape, scope: Scope, place: Place): void {
  if (place.turnBack()) return;
  let isEmpty = true;
  let chosen: Slot[] | null = null;
  for (const key in value) {
    isEmpty = false;
    const slot = shape.slots.get(key);
    if (slot === undefined) {
      if (key !== 'resourceType' || !shape.isResource) unknownElement(key, place);
      continue;
    }
    if (slot.choice >= 0) (chosen ??= []).push(slot);
    place.enter(slot.name);
    checkSlot(value[key], slot, value, key, scope, place);
    place.leave();
  }
  if (isEmpty) place.error('structure', 'empty', 'must not be an empty object');
  if (chosen && chosen.length > 1) checkChoices(chosen, place);
  for (const { name, keys: counted, min } of shape.required) {
    const [only = ''] = counted;
    const held = value[only] === undefined ? counted.find((key) => value[key] !== undefined) : only;
    const found = held === undefined ? 0 : Array.isArray(value[held]) ? value[held].length : 1;
    if (held === undefined) place.error('required', 'cardinality', 'is required', name);
    else if (found < min && found > 0) place.error('required', 'cardinality', `needs at least ${min}`, name);
  }
}

function unknownElement(key: string, place: Place): void {
  if (NAME.test(key)) place.error('structure', 'unknown-element', 'is not an element R4 has here', key);
  else place.error('structure', 'unknown-element', 'holds a key that no element of R4 has');
}

function checkChoices(chosen: readonly Slot[], place: Place): void {
  const first = new Map<number, string>();
  for (const slot of chosen) {
    const other = first.get(slot.choice);
    if (other === undefined) first.set(slot.choice, slot.name);
    else if (other !== slot.name) place.error('structure', 'choice', `stands beside ${other}: only one may`, slot.name);
  }
}

function checkSlot(value: unknown, slot: Slot, parent: Json, key: string, scope: Scope, place: Place): void {
  if (!slot.list) {
    if (Array.isArray(value)) place.error('structure', 'type', 'must be a single value, not an array');
    else checkItem(value, slot, parent, key, scope, place);
    return;
  }
  if (!Array.isArray(value)) {
    place.error('structure', 'type', 'must be an array');
    return;
  }
  const items = value as readonly unknown[];
  if (items.length === 0) place.error('structure', 'empty', 'must not be an empty array');
  if (items.length > slot.max) place.error('structure', 'cardinality', `may hold at most ${slot.max}`);
  for (let index = 0; index < items.length && !place.full; index++) {
    const item = items[index];
    if (item === null && hasCounterpart(parent, key, index)) continue;
    place.enter(index);
    checkItem(item, slot, items, index, scope, place);
    place.leave();
  }
}

/** `"given": [null]` needs a `_given` with something at the same index, and the other way round. */
function hasCounterpart(parent: Json, key: string, index: number): boolean {
  const other = parent[key.startsWith('_') ? key.slice(1) : `_${key}`];
  return Array.isArray(other) && other[index] !== null && other[index] !== undefined;
}

function checkItem(value: unknown, slot: Slot, parent: object, key: string | number, scope: Scope, place: Place): void {
  if (slot.check) {
    const fault = slot.check(value, parent, key);
    if (fault)
      place.error(fault.kind === 'type' ? 'structure' : 'value', fault.kind === 'type' ? 'type' : 'format', fault.text);
    else if (slot.anyCode && !slot.anyCode.has(value as string)) {
      place.error('code-invalid', 'binding', `must be a code of ${slot.valueSet}`);
    }
    return;
  }
  if (slot.isResource) {
    checkResource(value, scope, slot.name === 'contained', place);
    return;
  }
  if (!isObject(value)) {
    place.error('structure', 'type', `must be a JSON object${slot.underscore ? '' : ` (${slot.typeName})`}`);
    return;
  }
  checkObject(value, slot.shape(), scope, place);
  if (slot.codes) checkBinding(value, slot.typeName, slot.codes, slot.valueSet, place);
  if (slot.typeName === 'Reference' && typeof value['reference'] === 'string') {
    checkReference(value['reference'], slot.targets, scope, place);
  }
}
