import type { ElementDefinition, StructureDefinition } from 'fhir/r4.js';
import { withoutVersion } from '../package.ts';
import { r4Type } from '../r4/definitions.ts';
import { mergeElement } from './merge.ts';
import { newNode } from './node.ts';
import type { ProfileNode } from './node.ts';

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

/** What a profile may build on: definitions, and profiles compiled already or now. */
export interface Known {
  readonly find: (canonical: string) => StructureDefinition | undefined;
  readonly profile: (canonical: string) => CompiledProfile | null;
}

/**
 * Merges the differentials from the R4 type up to the profile. Differentials are the author's words; a snapshot
 * (which repeats base R4) is only used where the base profile is not at hand.
 */
export function compileProfile(definition: StructureDefinition, { find, profile }: Known): CompiledProfile {
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
  const rootOf = (url: string) => profile(url)?.root;
  for (const each of lineage) {
    for (const element of elementsOf(each, find)) mergeElement(root, element, definition.type, rootOf);
  }
  prune(root);
  return {
    url: definition.url,
    type: definition.type,
    lineage: new Set(lineage.map((each) => each.url)),
    root,
    missing,
  };
}

/** Much of a differential is words for people: elements that ask nothing are left out of the check. */
function prune(node: ProfileNode): void {
  for (const slice of node.slices.values()) prune(slice);
  for (const [key, child] of node.children) {
    prune(child);
    if (asksNothing(child)) node.children.delete(key);
  }
}

const asksNothing = (node: ProfileNode) =>
  node.min === 0 &&
  node.max === Infinity &&
  node.types === null &&
  node.fixed === undefined &&
  node.pattern === undefined &&
  node.lowest === undefined &&
  node.highest === undefined &&
  node.maxLength === null &&
  node.binding === null &&
  node.slicing === null &&
  node.invariants.size + node.children.size + node.slices.size === 0;

const R4_BASE = 'http://hl7.org/fhir/StructureDefinition/';
const isBaseType = (canonical: string) =>
  canonical.startsWith(R4_BASE) && r4Type(canonical.slice(R4_BASE.length)) !== undefined;

function elementsOf(definition: StructureDefinition, find: Known['find']): readonly ElementDefinition[] {
  const base = withoutVersion(definition.baseDefinition ?? '');
  const differential = definition.differential?.element ?? [];
  const needsSnapshot = differential.length === 0 || (base !== '' && !isBaseType(base) && !find(base));
  return needsSnapshot ? (definition.snapshot?.element ?? differential) : differential;
}
