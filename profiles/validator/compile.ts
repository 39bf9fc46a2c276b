import type { ElementDefinition, StructureDefinition } from 'fhir/r4.js';
import { withoutVersion } from '../package.ts';
import { r4Type } from '../r4/definitions.ts';
import { shapeOf } from '../structure/shape.ts';
import type { Shape, Slot } from '../structure/shape.ts';
import { newNode } from './node.ts';
import type { NodeType, ProfileNode } from './node.ts';

/** A profile ready to check with: what it and its base profiles add to base R4. */
export interface CompiledProfile {
  readonly url: string;
  readonly type: string;
  /** This profile and the profiles it derives from. */
  readonly lineage: ReadonlySet<string>;
  readonly root: ProfileNode;
  /** Base profiles that were not among the packages: what they ask is not checked. */
  readonly missing: readonly string[];
}

/**
 * Merges the differentials from the R4 type up to the profile. Differentials are the author's words; a snapshot
 * (which repeats base R4) is only used where the base profile is not at hand.
 */
export function compileProfile(
  definition: StructureDefinition,
  find: (canonical: string) => StructureDefinition | undefined,
): CompiledProfile {
  const lineage: StructureDefinition[] = [];
  const missing: string[] = [];
  let at: StructureDefinition | undefined = definition;
  while (at && !lineage.includes(at)) {
    lineage.unshift(at);
    const base = withoutVersion(at.baseDefinition ?? '');
    if (base === '' || isBaseType(base)) break;
    const next: StructureDefinition | undefined = find(base);
    if (!next && !at.snapshot) missing.push(base);
    at = next;
  }
  const root = newNode(definition.type, null);
  for (const each of lineage)
    for (const element of elementsOf(each, find)) mergeElement(root, element, definition.type);
  return {
    url: definition.url,
    type: definition.type,
    lineage: new Set(lineage.map((each) => each.url)),
    root,
    missing,
  };
}

const R4_BASE = 'http://hl7.org/fhir/StructureDefinition/';
const isBaseType = (canonical: string) =>
  canonical.startsWith(R4_BASE) && r4Type(canonical.slice(R4_BASE.length)) !== undefined;

function elementsOf(
  definition: StructureDefinition,
  find: (canonical: string) => StructureDefinition | undefined,
): readonly ElementDefinition[] {
  const base = withoutVersion(definition.baseDefinition ?? '');
  const differential = definition.differential?.element ?? [];
  const needsSnapshot = differential.length === 0 || (base !== '' && !isBaseType(base) && !find(base));
  return needsSnapshot ? (definition.snapshot?.element ?? differential) : differential;
}

function mergeElement(root: ProfileNode, element: ElementDefinition, typeName: string): void {
  let node = root;
  let shape: Shape | null = shapeOf(typeName);
  for (const step of stepsOf(element)) {
    const slot: Slot | undefined = shape?.slots.get(step.name);
    // `valueQuantity` says what `value[x]:valueQuantity` says.
    const isChoice = (slot?.choice ?? -1) >= 0;
    const name = slot && isChoice ? slot.stem : step.name;
    const slices: readonly string[] = isChoice && step.slices.length === 0 ? [step.name] : step.slices;
    node = reach(node.children, name, name, null);
    let sliceName = '';
    for (const slice of slices) {
      sliceName = sliceName === '' ? slice : `${sliceName}/${slice}`;
      node = reach(node.slices, sliceName, name, sliceName);
    }
    const chosen: Slot | undefined = slot ?? shape?.slots.get(slices[0] ?? '');
    shape = chosen && !chosen.isResource ? chosen.shape() : null;
  }
  applyElement(node, element);
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

function applyElement(node: ProfileNode, element: ElementDefinition): void {
  if (element.min !== undefined) node.min = Math.max(node.min, element.min);
  if (element.max !== undefined && element.max !== '*') node.max = Math.min(node.max, Number(element.max));
  if (element.type) node.types = element.type.map(nodeType);
  if (element.binding?.valueSet) {
    node.binding = { strength: element.binding.strength, valueSet: element.binding.valueSet };
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
