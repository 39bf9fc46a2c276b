import type { ElementDefinition } from 'fhir/r4.js';
import { withoutVersion } from '../package.ts';
import { shapeOf } from '../structure/shape.ts';
import type { Shape, Slot } from '../structure/shape.ts';
import { newNode } from './node.ts';
import type { NodeType, ProfileNode } from './node.ts';

/** What the profile of a type says, or undefined when it is not at hand. */
export type RootOf = (canonical: string) => ProfileNode | undefined;

/** Adds what one element of a differential says to the tree of its profile. */
export function mergeElement(root: ProfileNode, element: ElementDefinition, typeName: string, rootOf: RootOf): void {
  let node = root;
  let shape: Shape | null = shapeOf(typeName);
  let last: Slot | undefined;
  for (const step of stepsOf(element)) {
    const slot: Slot | undefined = shape?.slots.get(step.name);
    // `valueQuantity` says what `value[x]:valueQuantity` says.
    const isChoice = (slot?.choice ?? -1) >= 0;
    const name = slot && isChoice ? slot.stem : step.name;
    const slices: readonly string[] = isChoice && step.slices.length === 0 ? [step.name] : step.slices;
    if (node !== root) takeOver(node, rootOf);
    node = reach(node.children, name, name, null);
    let sliceName = '';
    for (const slice of slices) {
      sliceName = sliceName === '' ? slice : `${sliceName}/${slice}`;
      node = reach(node.slices, sliceName, name, sliceName);
    }
    const chosen: Slot | undefined = slot ?? shape?.slots.get(slices[0] ?? '');
    last = chosen;
    shape = chosen && !chosen.isResource ? chosen.shape() : null;
  }
  applyElement(node, element, last?.binding?.valueSet);
}

/** An element typed by a profile and described further here builds on what that profile says below it. */
function takeOver(node: ProfileNode, rootOf: RootOf): void {
  const [type, another] = node.types ?? [];
  const [url, second] = type?.profiles ?? [];
  if (another || second || url === undefined || node.built.has(url)) return;
  node.built.add(url);
  const from = rootOf(url);
  if (from) mergeNode(node, from);
}

function mergeNode(into: ProfileNode, from: ProfileNode): void {
  for (const [key, child] of from.children) mergeInner(into.children, key, child);
  for (const [key, slice] of from.slices) mergeInner(into.slices, key, slice);
}

function mergeInner(into: Map<string, ProfileNode>, key: string, from: ProfileNode): void {
  const known = into.get(key);
  const own = known ?? {
    ...from,
    invariants: new Map(from.invariants),
    children: new Map(),
    slices: new Map(),
    built: new Set<string>(),
  };
  into.set(key, own);
  if (known) {
    known.fixed ??= from.fixed;
    known.pattern ??= from.pattern;
    known.slicing ??= from.slicing;
    known.types ??= from.types;
  }
  mergeNode(own, from);
}

function reach(map: Map<string, ProfileNode>, key: string, name: string, slice: string | null): ProfileNode {
  const known = map.get(key);
  if (known) return known;
  const node = newNode(name, slice);
  map.set(key, node);
  return node;
}

/** The steps below the type's name; slices from the id, or for an element without id from its sliceName. */
function stepsOf(element: ElementDefinition): { name: string; slices: string[] }[] {
  const steps = (element.id ?? element.path).split('.').slice(1);
  return steps.map((step, index) => {
    const [name = '', slice] = step.split(':');
    const own = element.id === undefined && index === steps.length - 1 ? element.sliceName : slice;
    return { name, slices: own === undefined ? [] : own.split('/') };
  });
}

function applyElement(node: ProfileNode, element: ElementDefinition, baseValueSet: string | undefined): void {
  if (element.min !== undefined) node.min = Math.max(node.min, element.min);
  if (element.max !== undefined && element.max !== '*') node.max = Math.min(node.max, Number(element.max));
  if (element.type) node.types = element.type.map(nodeType);
  if (element.binding) {
    // A binding may be made stronger without naming its value set again.
    const valueSet = element.binding.valueSet ?? node.binding?.valueSet ?? baseValueSet ?? '';
    node.binding = { strength: element.binding.strength, valueSet };
  }
  if (element.maxLength !== undefined) node.maxLength = element.maxLength;
  for (const { key, severity, human, expression } of element.constraint ?? []) {
    // Base R4 rules repeated in a differential are checked with base R4.
    if (expression !== undefined && !BASE_KEYS.has(key)) node.invariants.set(key, { key, severity, human, expression });
  }
  if (element.slicing) {
    const discriminators = element.slicing.discriminator ?? [];
    node.slicing = { discriminators, rules: element.slicing.rules, ordered: element.slicing.ordered === true };
  }
  for (const [key, value] of Object.entries(element)) {
    if (key.startsWith('fixed')) node.fixed = value;
    else if (key.startsWith('pattern')) node.pattern = value;
    else if (key.startsWith('minValue')) node.lowest = value;
    else if (key.startsWith('maxValue')) node.highest = value;
  }
}

const BASE_KEYS = new Set(['ele-1', 'ext-1', 'ref-1', 'rat-1', 'qty-3', 'dom-2', 'dom-3', 'dom-4', 'dom-5', 'dom-6']);

const nodeType = ({ code, profile, targetProfile }: NonNullable<ElementDefinition['type']>[number]): NodeType => ({
  code: code === 'SimpleQuantity' || code === 'MoneyQuantity' ? 'Quantity' : code,
  profiles: (profile ?? []).map(withoutVersion),
  targets: (targetProfile ?? []).map(withoutVersion),
});
