import { membershipOf } from './binding.ts';
import { typeOfItem } from './item.ts';
import type { Item } from './item.ts';
import type { ProfileNode } from './node.ts';
import { compare, equals, holds } from './pattern.ts';
import type { Run } from './run.ts';

/** What a profile says about a value itself: fixed, pattern, range, length, binding. */
export function checkValue(item: Item, node: ProfileNode, run: Run): void {
  const { value } = item;
  const { place } = run;
  if (node.fixed !== undefined && !equals(value, node.fixed)) {
    place.error('value', 'fixed', 'must be the value the profile fixes');
  }
  if (node.pattern !== undefined && !holds(value, node.pattern)) {
    place.error('value', 'pattern', 'must hold the pattern of the profile');
  }
  if (value === undefined) return;
  if (node.lowest !== undefined && compare(value, node.lowest) === -1) {
    place.error('value', 'range', 'is below the lowest value of the profile');
  }
  if (node.highest !== undefined && compare(value, node.highest) === 1) {
    place.error('value', 'range', 'is above the highest value of the profile');
  }
  if (node.maxLength !== null && typeof value === 'string' && value.length > node.maxLength) {
    place.error('too-long', 'max-length', `is longer than ${node.maxLength} characters`);
  }
  if (node.binding) checkBinding(item, node.binding, run);
}

/** Types a binding can be about (R4 §terminologies); in a choice it says nothing of the others. */
const CODED = new Set(['code', 'string', 'uri', 'Coding', 'CodeableConcept', 'Quantity']);

function checkBinding(item: Item, binding: NonNullable<ProfileNode['binding']>, run: Run): void {
  const { strength, valueSet } = binding;
  if (strength !== 'required' && strength !== 'extensible') return;
  const type = typeOfItem(item);
  if (type === undefined || !CODED.has(type) || !run.registry.knows(valueSet)) return;
  if (membershipOf(item.value, run.registry.members(valueSet)) !== 'out') return;
  const name = valueSet.split('|')[0] ?? '';
  if (strength === 'required') run.place.error('code-invalid', 'binding', `needs a code of ${name}`);
  else run.place.report('warning', 'code-invalid', 'binding-extensible', `has no code of ${name}`);
}
