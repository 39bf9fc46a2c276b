import { follow, lookUp, stepsOf } from './path.ts';
import type { Registry } from './registry.ts';
import { membershipOf } from './binding.ts';
import { insideOf, isObject, itemsOf, typeOfItem } from './item.ts';
import type { Item, Json } from './item.ts';
import { saysValue } from './node.ts';
import type { ProfileNode } from './node.ts';
import { equals, holds } from './pattern.ts';

/** What telling slices apart needs from the walk: where references lead, and whether a value meets a profile. */
export interface Grounds {
  readonly registry: Registry;
  resolve(reference: Json): unknown;
  conforms(value: unknown, profile: string): boolean;
  namedType(reference: Json): string | undefined;
}

/** Whether an item has what a slice asks at a discriminator's path (R4 §profiling, discriminators). */
export function isDiscriminated(
  item: Item,
  slice: ProfileNode,
  discriminator: { readonly type: string; readonly path: string },
  grounds: Grounds,
): boolean {
  const steps = stepsOf(discriminator.path);
  const resolves = steps.at(-1)?.kind === 'resolve';
  const found = follow([item], resolves ? steps.slice(0, -1) : steps);
  const wanted = lookUp([slice], resolves ? steps.slice(0, -1) : steps, grounds.registry);
  switch (discriminator.type) {
    case 'value':
    case 'pattern': {
      const telling = wanted.filter(saysValue);
      return telling.every((node) => found.some((each) => fits(each, node, grounds.registry)));
    }
    case 'exists': {
      const forbidden = wanted.some((node) => node.max === 0);
      return forbidden ? found.length === 0 : found.length > 0;
    }
    case 'type':
      return found.some((each) => isOfType(each, wanted, resolves, grounds));
    case 'profile':
      return found.some((each) => meetsProfile(each, wanted, resolves, grounds));
    default:
      return false;
  }
}

/** Whether a slice says enough at a discriminator's path for items to be told by it. */
export function canTell(
  slice: ProfileNode,
  discriminator: { readonly type: string; readonly path: string },
  registry: Registry,
): boolean {
  const steps = stepsOf(discriminator.path);
  const resolves = steps.at(-1)?.kind === 'resolve';
  if (steps.slice(0, -1).some((step) => step.kind === 'resolve')) return false;
  const wanted = lookUp([slice], resolves ? steps.slice(0, -1) : steps, registry);
  const types = wanted.flatMap((node) => node.types ?? []);
  switch (discriminator.type) {
    case 'value':
    case 'pattern':
      return wanted.some(saysValue);
    case 'exists':
      return wanted.some((node) => node.min > 0 || node.max === 0);
    case 'type':
      return types.length > 0 || wanted.some((node) => node.slice !== null);
    case 'profile':
      return types.some((type) => (resolves ? type.targets : type.profiles).length > 0);
    default:
      return false;
  }
}

/** A value fits when everything the slice says about values, here and below, is there. */
function fits(item: Item, node: ProfileNode, registry: Registry): boolean {
  if (node.fixed !== undefined && !equals(item.value, node.fixed)) return false;
  if (node.pattern !== undefined && !holds(item.value, node.pattern)) return false;
  if (node.binding?.strength === 'required') {
    if (membershipOf(item.value, registry.members(node.binding.valueSet)) === 'out') return false;
  }
  const { object, shape } = insideOf(item);
  for (const child of node.children.values()) {
    if (!saysValue(child)) continue;
    const items = itemsOf(object, shape, child.name);
    if (items.length === 0 ? child.min > 0 : !items.some((each) => fits(each, child, registry))) return false;
  }
  return true;
}

function isOfType(item: Item, wanted: readonly ProfileNode[], resolves: boolean, grounds: Grounds): boolean {
  const types = wanted.flatMap((node) => node.types ?? []);
  if (!resolves) {
    const own = typeOfItem(item);
    return types.some((type) => type.code === own) || wanted.some((node) => node.slice === item.key);
  }
  const target = isObject(item.value) ? targetType(item.value, grounds) : undefined;
  return types.some((type) => type.targets.some((url) => typeNamed(url, grounds.registry) === target));
}

function meetsProfile(item: Item, wanted: readonly ProfileNode[], resolves: boolean, grounds: Grounds): boolean {
  const types = wanted.flatMap((node) => node.types ?? []);
  if (!resolves) {
    return types.some((type) => type.profiles.some((url) => grounds.conforms(item.value, url)));
  }
  if (!isObject(item.value)) return false;
  const reference = item.value;
  const target = grounds.resolve(reference);
  const targets = types.flatMap((type) => type.targets);
  // A target that is not at hand can only be told by its type.
  if (target === undefined) {
    const named = grounds.namedType(reference);
    return named !== undefined && targets.some((url) => typeNamed(url, grounds.registry) === named);
  }
  return targets.some((url) => grounds.conforms(target, url));
}

function targetType(reference: Json, grounds: Grounds): string | undefined {
  const target = grounds.resolve(reference);
  const type = isObject(target) ? target['resourceType'] : undefined;
  return typeof type === 'string' ? type : grounds.namedType(reference);
}

/** The resource type a target profile is about. */
export const typeNamed = (url: string, registry: Registry): string | undefined =>
  registry.profile(url)?.type ?? /^http:\/\/hl7\.org\/fhir\/StructureDefinition\/([A-Z]\w+)$/.exec(url)?.[1];
