import { typeNamed } from './discriminator.ts';
import { isObject, typeOfItem } from './item.ts';
import type { Item } from './item.ts';
import type { NodeType, ProfileNode } from './node.ts';
import type { Run } from './run.ts';

const ANY_TYPE = new Set(['Element', 'BackboneElement', 'Resource', 'DomainResource']);

/**
 * The type of an item, and for a reference its target. Returns what the one profile of that type asks, for the caller
 * to go on with; several allowed profiles are decided here.
 */
export function checkTypes(item: Item, types: readonly NodeType[], run: Run): ProfileNode | null {
  const own = typeOfItem(item);
  if (own === undefined) return null;
  const relevant = types.filter(({ code }) => code === own || ANY_TYPE.has(code) || code.includes('/'));
  if (relevant.length === 0) {
    const names = types.map(({ code }) => code).join(' or ');
    run.place.error('structure', 'type', `must be ${names} by the profile`);
    return null;
  }
  if (own === 'Reference') checkTargets(item.value, relevant, run);
  // An extension is checked by the definition its url names, wherever it stands.
  if (own === 'Extension' || relevant.some(({ profiles }) => profiles.length === 0)) return null;
  const profiles = relevant.flatMap((type) => type.profiles.map((url) => run.registry.profile(url)));
  const [only] = profiles;
  // A profile that is not at hand says nothing.
  if (profiles.includes(null) || !only) return null;
  if (profiles.length === 1) return only.root;
  if (!profiles.some((each) => each && run.conforms(item.value, each.url))) {
    run.place.error('structure', 'type-profile', 'meets none of the profiles its type may have');
  }
  return null;
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
