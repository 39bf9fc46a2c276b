import { r4Invariant } from '../r4/definitions.ts';
import { NATIVE, NATIVE_TEXT } from '../r4/native.ts';
import type { Verdict } from './invariant.ts';
import { isObject } from './item.ts';
import type { Item } from './item.ts';
import type { ProfileInvariant } from './node.ts';
import type { Run } from './run.ts';

/** An invariant of base R4 (by its id) on a value of the type or path `base`. */
export function checkBaseRule(id: string, base: string, value: unknown, run: Run): void {
  const text = NATIVE_TEXT[id];
  if (text) {
    if (!text(value)) reportBase(id, run, undefined);
    return;
  }
  if (!isObject(value)) return;
  const native = NATIVE[id];
  if (native) {
    const held = native(value, run.resource);
    if (held !== true) reportBase(id, run, held === false ? undefined : held);
    return;
  }
  const invariant = r4Invariant(id);
  if (!invariant) return;
  const verdict = run.invariants.check(invariant.expression, base, value, run.resource, run.root);
  if (verdict === 'broken') reportBase(id, run, undefined);
}

function reportBase(id: string, run: Run, child: string | undefined): void {
  const invariant = r4Invariant(id);
  const severity = invariant?.severity === 'warning' ? 'warning' : 'error';
  run.place.report(severity, 'invariant', id.split(':').at(-1) ?? id, invariant?.human ?? id, child);
}

/** An invariant of a profile on one item. */
export function checkProfileRule(invariant: ProfileInvariant, item: Item, run: Run): void {
  const { expression, key, severity, human } = invariant;
  const verdict = isObject(item.value)
    ? run.invariants.check(expression, baseOf(item), item.value, run.resource, run.root)
    : checkPrimitiveRule(expression, item, run);
  if (verdict === 'broken') {
    run.place.report(severity === 'warning' ? 'warning' : 'error', 'invariant', key, human);
  } else if (verdict === 'unclear') {
    run.place.report('information', 'not-supported', key, `could not be evaluated: ${human}`);
  }
}

/** A primitive is asked from a parent that has it alone, so that its extensions are seen: `given.all(…)`. */
function checkPrimitiveRule(expression: string, item: Item, run: Run): Verdict {
  const base = item.parentShape?.name;
  if (base === undefined) return 'holds';
  const asWritten = (part: unknown) => (item.index === null ? part : [part ?? null]);
  const parent = {
    ...(item.value === undefined ? {} : { [item.key]: asWritten(item.value) }),
    ...(item.extra === undefined ? {} : { [`_${item.key}`]: asWritten(item.extra) }),
  };
  const name = (item.slot?.stem ?? item.key).replace('[x]', '');
  return run.invariants.check(`${name}.all(${expression})`, base, parent, run.resource, run.root);
}

/** What fhirpath.js knows the item as: a resource's or data type's name, or a backbone element's path. */
function baseOf(item: Item): string {
  const type = isObject(item.value) ? item.value['resourceType'] : undefined;
  if (typeof type === 'string') return type;
  return (item.shape ?? item.slot?.shape())?.name ?? 'Element';
}
