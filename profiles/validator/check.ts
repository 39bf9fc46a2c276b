import { membershipOf } from './binding.ts';
import { typeNamed } from './discriminator.ts';
import { insideOf, isObject, itemsOf, typeOfItem } from './item.ts';
import type { Item, Json } from './item.ts';
import type { NodeType, ProfileNode } from './node.ts';
import { compare, equals, holds } from './pattern.ts';
import { checkProfileRule } from './rule.ts';
import type { Run } from './run.ts';
import { sliceOf } from './slices.ts';
import type { Shape } from '../structure/shape.ts';

/** Checks one item against what a profile says about it and everything below. The place stands at the item. */
export function checkNode(item: Item, node: ProfileNode, run: Run): void {
  if (run.place.full) return;
  if (node.types) checkTypes(item, node.types, run);
  checkValue(item, node, run);
  for (const invariant of node.invariants.values()) checkProfileRule(invariant, item, run);
  if (node.children.size === 0) return;
  const { object, shape } = insideOf(item);
  for (const child of node.children.values()) checkElement(object, shape, child, run);
}

function checkElement(parent: Json, shape: Shape | null, node: ProfileNode, run: Run): void {
  const items = itemsOf(parent, shape, node.name);
  const name = node.name.replace('[x]', '');
  if (items.length < node.min) {
    const text = node.min === 1 ? 'is required by the profile' : `is needed at least ${node.min} times by the profile`;
    run.place.error('required', 'cardinality', text, name);
  }
  items.forEach((item, index) => {
    at(item, run, () => {
      if (index === node.max) {
        const text =
          node.max === 0 ? 'is not allowed by the profile' : `is more than the ${node.max} the profile allows`;
        run.place.error('structure', 'cardinality', text);
      }
      checkNode(item, node, run);
    });
  });
  if (node.slices.size > 0) checkSlices(items, node, name, run);
}

function checkSlices(items: readonly Item[], node: ProfileNode, name: string, run: Run): void {
  const assigned = items.map((item) => sliceOf(item, node, run));
  for (const slice of node.slices.values()) {
    const mine = items.filter((_, index) => assigned[index] === slice);
    if (mine.length < slice.min && !assigned.includes('undecided')) {
      const text = `needs ${slice.min === 1 ? '' : `at least ${slice.min} of `}the slice ${slice.slice ?? ''}`;
      run.place.error('required', 'slice-cardinality', text, name);
    }
    mine.forEach((item, index) => {
      at(item, run, () => {
        if (index === slice.max) {
          const text = `is more than the ${slice.max} of slice ${slice.slice ?? ''} the profile allows`;
          run.place.error('structure', 'slice-cardinality', text);
        }
        checkNode(item, slice, run);
      });
    });
    if (slice.slices.size > 0) checkSlices(mine, { ...slice, slicing: slice.slicing ?? node.slicing }, name, run);
  }
  checkOrder(items, assigned, node, run);
}

/** Closed slicing, slices that must come first (`openAtEnd`), and ordered slices. */
function checkOrder(
  items: readonly Item[],
  assigned: readonly (ProfileNode | null | 'undecided')[],
  node: ProfileNode,
  run: Run,
) {
  const order = Array.from(node.slices.values());
  let reached = -1;
  items.forEach((item, index) => {
    const slice = assigned[index] ?? null;
    if (slice === 'undecided') return;
    const rank = slice === null ? -1 : order.indexOf(slice);
    const text =
      slice === null && node.slicing?.rules === 'closed'
        ? 'fits none of the slices the profile allows'
        : slice === null && node.slicing?.rules === 'openAtEnd' && assigned.slice(index).some((each) => each !== null)
          ? 'fits no slice and must come after those that do'
          : node.slicing?.ordered && slice !== null && rank < reached
            ? `comes after a later slice than ${slice.slice ?? ''}`
            : null;
    if (text !== null) at(item, run, () => run.place.error('structure', 'slicing', text));
    reached = Math.max(reached, rank);
  });
}

function at(item: Item, run: Run, check: () => void): void {
  run.place.enter(item.key);
  if (item.index !== null) run.place.enter(item.index);
  check();
  if (item.index !== null) run.place.leave();
  run.place.leave();
}

function checkValue(item: Item, node: ProfileNode, run: Run): void {
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
  if (node.binding) checkBinding(value, node.binding, run);
}

function checkBinding(value: unknown, binding: NonNullable<ProfileNode['binding']>, run: Run): void {
  const { strength, valueSet } = binding;
  if (strength !== 'required' && strength !== 'extensible') return;
  // A Reference or Period beside a CodeableConcept in one choice is not what the binding is about.
  if (isObject(value) && !['coding', 'code', 'system', 'text', 'display'].some((key) => key in value)) return;
  if (membershipOf(value, run.registry.members(valueSet)) !== 'out') return;
  const name = valueSet.split('|')[0] ?? '';
  if (strength === 'required') run.place.error('code-invalid', 'binding', `needs a code of ${name}`);
  else run.place.report('warning', 'code-invalid', 'binding-extensible', `has no code of ${name}`);
}

const ANY_TYPE = new Set(['Element', 'BackboneElement', 'Resource', 'DomainResource']);

function checkTypes(item: Item, types: readonly NodeType[], run: Run): void {
  const own = typeOfItem(item);
  if (own === undefined) return;
  const relevant = types.filter(({ code }) => code === own || ANY_TYPE.has(code) || code.includes('/'));
  if (relevant.length === 0) {
    const names = types.map(({ code }) => code).join(' or ');
    run.place.error('structure', 'type', `must be ${names} by the profile`);
    return;
  }
  if (own === 'Reference') checkTargets(item.value, relevant, run);
  // An extension is checked by the definition its url names, wherever it stands.
  if (own === 'Extension' || relevant.some(({ profiles }) => profiles.length === 0)) return;
  const profiles = relevant.flatMap((type) => type.profiles.map((url) => run.registry.profile(url)));
  const [only] = profiles;
  // A profile that is not at hand says nothing.
  if (profiles.includes(null) || !only) return;
  if (profiles.length === 1) checkNode(item, only.root, run);
  else if (!profiles.some((each) => each && run.conforms(item.value, each.url))) {
    run.place.error('structure', 'type-profile', 'meets none of the profiles its type may have');
  }
}

function checkTargets(value: unknown, types: readonly NodeType[], run: Run): void {
  const urls = types.flatMap((type) => type.targets);
  if (!isObject(value) || urls.length === 0) return;
  const target = run.resolve(value);
  const own = isObject(target) ? target['resourceType'] : undefined;
  const type = typeof own === 'string' ? own : run.namedType(value);
  const allowed = urls.map((url) => typeNamed(url, run.registry));
  if (type === undefined || allowed.includes(undefined) || allowed.includes('Resource')) return;
  if (!allowed.includes(type)) {
    const text = `points at ${type}; the profile allows ${Array.from(new Set(allowed)).join(', ')}`;
    run.place.error('value', 'reference-target', text, 'reference' in value ? 'reference' : 'type');
    return;
  }
  const candidates = urls.filter((_, index) => allowed[index] === type);
  if (target !== undefined && !candidates.some((url) => run.conforms(target, url))) {
    const text = `points at a ${type} that meets none of the profiles allowed`;
    run.place.error('value', 'target-profile', text, 'reference');
  }
}
