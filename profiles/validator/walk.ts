import { r4Codes } from '../r4/definitions.ts';
import { holdsCodeOf } from '../structure/binding.ts';
import { shapeOf } from '../structure/shape.ts';
import type { Shape, Slot } from '../structure/shape.ts';
import { checkNode } from './check.ts';
import { isObject } from './item.ts';
import type { Item, Json } from './item.ts';
import { checkBaseRule } from './rule.ts';
import type { Run } from './run.ts';

/** Enters a resource inside another one. */
export type EnterResource = (value: Json, contained: boolean) => void;

/** Base R4 beyond structure, on one object and all below: invariants, extensions by their definitions. */
export function walkBase(value: Json, shape: Shape, run: Run, enter: EnterResource): void {
  if (run.place.turnBack()) return;
  for (const id of shape.constraints) checkBaseRule(id, shape.name, value, run);
  for (const key of Object.keys(value)) {
    const slot = shape.slots.get(key);
    if (!slot || (slot.check && slot.constraints.length === 0 && slot.binding?.strength !== 'extensible')) continue;
    const child = value[key];
    run.place.enter(slot.name);
    if (Array.isArray(child)) {
      child.forEach((each: unknown, index) => {
        run.place.enter(index);
        walkItem(
          { value: each, extra: undefined, key, index, slot, parent: value, parentShape: shape },
          slot,
          run,
          enter,
        );
        run.place.leave();
      });
    } else {
      const item = { value: child, extra: undefined, key, index: null, slot, parent: value, parentShape: shape };
      walkItem(item, slot, run, enter);
    }
    run.place.leave();
  }
}

function walkItem(item: Item, slot: Slot, run: Run, enter: EnterResource): void {
  const { value } = item;
  if (slot.isResource) {
    if (isObject(value)) enter(value, slot.name === 'contained');
    return;
  }
  const inner = slot.check ? shapeOf('Element') : slot.shape();
  for (const id of slot.constraints) checkBaseRule(id, inner.name, value, run);
  if (slot.binding?.strength === 'extensible') checkExtensible(value, slot, slot.binding.valueSet, run);
  if (!isObject(value)) return;
  if (slot.typeName === 'Extension' && typeof value['url'] === 'string') {
    const definition = run.registry.profile(value['url']);
    if (definition?.type === 'Extension') checkNode(item, definition.root, run);
  }
  walkBase(value, inner, run, enter);
}

/** An extensible binding: codes are given, and none of them is of the value set. */
function checkExtensible(value: unknown, slot: Slot, valueSet: string, run: Run): void {
  const codes = r4Codes(valueSet);
  if (!codes || !isObject(value)) return;
  const codings = slot.typeName === 'CodeableConcept' ? value['coding'] : slot.typeName === 'Coding' ? [value] : [];
  if (!Array.isArray(codings) || codings.length === 0 || holdsCodeOf(value, slot.typeName, codes)) return;
  run.place.report('warning', 'code-invalid', 'binding-extensible', `has no code of ${slot.valueSet}`);
}
