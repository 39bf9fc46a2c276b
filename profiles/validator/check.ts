import type { Shape } from '../structure/shape.ts';
import { insideOf, itemsOf } from './item.ts';
import type { Item, Json } from './item.ts';
import type { ProfileNode } from './node.ts';
import { checkProfileRule } from './rule.ts';
import type { Run } from './run.ts';
import { canSlice, sliceOf } from './slices.ts';
import { checkTypes } from './type.ts';
import { checkValue } from './value.ts';

/** Checks one item against what a profile says about it and everything below. The place stands at the item. */
export function checkNode(item: Item, node: ProfileNode, run: Run): void {
  if (run.place.full) return;
  const typed = node.types ? checkTypes(item, node.types, run) : null;
  if (typed) checkNode(item, typed, run);
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
  if (!canSlice(node, run)) return;
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
