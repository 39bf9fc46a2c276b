import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compile } from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4';
import { r4Invariant, r4Type } from '../../profiles/r4/definitions.ts';
import { NATIVE } from '../../profiles/r4/native.ts';
import { shapeOf } from '../../profiles/structure/shape.ts';
import type { Shape } from '../../profiles/structure/shape.ts';
import { bundle, condition, medicationRequest, observation, pathsOf, patient, plant, task } from './valid.ts';
import type { Plain } from './valid.ts';

const EXAMPLES = resolve(__dirname, '../../../shared/data/examples/nl-core');
const examples = existsSync(EXAMPLES)
  ? readdirSync(EXAMPLES)
      .filter((file) => file.endsWith('.json'))
      .map((file) => JSON.parse(readFileSync(join(EXAMPLES, file), 'utf8')) as Plain)
  : [];

// Said otherwise on purpose: checked elsewhere (ref-1, bdl-7), published in error (con-3, and dom-3 on references to
// the container), or where FHIRPath has no answer and ours is that nothing is wrong (per-1, rng-2, inv-1).
const OTHERWISE = new Set(['ref-1', 'bdl-7', 'con-3', 'dom-3', 'per-1', 'rng-2', 'Task:inv-1']);

interface Meeting {
  readonly id: string;
  readonly base: string;
  readonly item: Plain;
}

/** Every object of a resource with the written-out invariants that stand on it. */
function meetings(value: Plain, shape: Shape): Meeting[] {
  const own = shape.constraints.map((id) => ({ id, base: shape.name, item: value }));
  const inner = Object.entries(value).flatMap(([key, child]) => {
    const slot = shape.slots.get(key);
    if (!slot || slot.check) return [];
    return (Array.isArray(child) ? child : [child]).flatMap((each: unknown) => {
      if (typeof each !== 'object' || each === null) return [];
      const item = each as Plain;
      const type = item['resourceType'];
      const at = slot.isResource ? (typeof type === 'string' && r4Type(type) ? shapeOf(type) : null) : slot.shape();
      if (!at) return [];
      return [...slot.constraints.map((id) => ({ id, base: at.name, item })), ...meetings(item, at)];
    });
  });
  return [...own, ...inner].filter(({ id }) => id in NATIVE && !OTHERWISE.has(id));
}

const evaluators = new Map<string, (item: Plain, variables: Record<string, unknown>) => unknown>();
function byFhirPath({ id, base, item }: Meeting, resource: Plain): boolean {
  const expression = r4Invariant(id)?.expression ?? '';
  const made = evaluators.get(base + id) ?? compile({ base, expression }, r4, { resolveInternalTypes: false });
  evaluators.set(base + id, made);
  const answer = made(item, { resource, rootResource: resource });
  return Array.isArray(answer) && answer.length > 0 && answer.every((each) => each === true);
}

function disagreements(resource: Plain): string[] {
  return meetings(resource, shapeOf(resource['resourceType'] as string))
    .filter((each) => (NATIVE[each.id]?.(each.item, resource) === true) !== byFhirPath(each, resource))
    .map(({ id, base }) => `${id} on ${base}`);
}

describe('invariants written out', () => {
  test('answer as their published expressions do, on valid resources and with each part taken away', () => {
    const found = [patient, observation, condition, medicationRequest, task, bundle].flatMap((make) => [
      ...disagreements(make()),
      ...pathsOf(make())
        // A Bundle without type breaks no rule about types but that it has one.
        .filter((place) => place !== 'type' && !place.endsWith('resourceType') && !place.endsWith(']'))
        .flatMap((place) => disagreements(plant(make(), place, undefined))),
    ]);
    expect(found).toEqual([]);
  });

  (examples.length > 0 ? test : test.skip)('answer as their published expressions do on the published examples', () => {
    expect(examples.flatMap(disagreements)).toEqual([]);
  });
});
