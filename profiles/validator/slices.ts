import { canTell, isDiscriminated } from './discriminator.ts';
import type { Grounds } from './discriminator.ts';
import { isObject } from './item.ts';
import type { Item } from './item.ts';
import type { ProfileNode } from './node.ts';
import { urlsOf } from './path.ts';

/**
 * The slice an item belongs to, null for none, or `undecided` where only the target of a reference could tell and it
 * is not at hand.
 */
export function sliceOf(item: Item, node: ProfileNode, grounds: Grounds): ProfileNode | null | 'undecided' {
  const fitting = Array.from(node.slices.values()).filter((slice) => belongs(item, slice, node, grounds));
  const asksTarget = node.slicing?.discriminators.some(({ path }) => path.endsWith('resolve()'));
  if (fitting.length > 1 && asksTarget && !leadsSomewhere(item, grounds)) return 'undecided';
  return fitting[0] ?? null;
}

/** Whether the slices can be told apart at all; slicing that cannot be (some published ones) is not checked. */
export function canSlice(node: ProfileNode, grounds: Grounds): boolean {
  const known = tellable.get(node);
  if (known !== undefined) return known;
  const can = canTellSlices(node, grounds);
  tellable.set(node, can);
  return can;
}

const tellable = new WeakMap<ProfileNode, boolean>();

function canTellSlices(node: ProfileNode, grounds: Grounds): boolean {
  if (isByUrl(node)) return true;
  const discriminators = node.slicing?.discriminators ?? [];
  if (discriminators.length === 0) return node.name.endsWith('[x]');
  return Array.from(node.slices.values()).every((slice) =>
    discriminators.every((each) => canTell(slice, each, grounds.registry)),
  );
}

const isByUrl = (node: ProfileNode) =>
  (node.name === 'extension' || node.name === 'modifierExtension') &&
  (node.slicing?.discriminators ?? []).every((each) => each.path === 'url');

/** Whether a reference in the item itself or right below it leads to a resource at hand. */
function leadsSomewhere(item: Item, grounds: Grounds): boolean {
  if (!isObject(item.value)) return false;
  const references = [item.value, ...Object.values(item.value).filter(isObject)];
  return references.some((each) => grounds.resolve(each) !== undefined);
}

function belongs(item: Item, slice: ProfileNode, node: ProfileNode, grounds: Grounds): boolean {
  const discriminators = node.slicing?.discriminators ?? [];
  if (isByUrl(node)) {
    return isObject(item.value) && urlsOf(slice).includes(item.value['url']);
  }
  if (discriminators.length > 0) {
    return discriminators.every((each) => isDiscriminated(item, slice, each, grounds));
  }
  // Choices need no declared slicing: the key says the type.
  if (!node.name.endsWith('[x]')) return false;
  return slice.slice === item.key || isDiscriminated(item, slice, { type: 'type', path: '$this' }, grounds);
}
