import { isDiscriminated, urlsOf } from './discriminator.ts';
import type { Grounds } from './discriminator.ts';
import { isObject } from './item.ts';
import type { Item } from './item.ts';
import type { ProfileNode } from './node.ts';

/** The slice an item belongs to, or null for none. */
export function sliceOf(item: Item, node: ProfileNode, grounds: Grounds): ProfileNode | null {
  for (const slice of node.slices.values()) if (belongs(item, slice, node, grounds)) return slice;
  return null;
}

function belongs(item: Item, slice: ProfileNode, node: ProfileNode, grounds: Grounds): boolean {
  const discriminators = node.slicing?.discriminators ?? [];
  const isExtension = node.name === 'extension' || node.name === 'modifierExtension';
  if (isExtension && discriminators.every((each) => each.path === 'url')) {
    return isObject(item.value) && urlsOf(slice).includes(item.value['url']);
  }
  if (discriminators.length > 0) {
    return discriminators.every((each) => isDiscriminated(item, slice, each, grounds));
  }
  // Choices need no declared slicing: the key says the type.
  if (!node.name.endsWith('[x]')) return false;
  return slice.slice === item.key || isDiscriminated(item, slice, { type: 'type', path: '$this' }, grounds);
}
