/** Which ServiceRequest of a FHIR message is the transfer, and which Task is about it. */
import type { Bundle, BundleEntry, FhirResource, ServiceRequest, Task } from 'fhir/r4.js';
import { SYSTEM } from '../../profiles/canonical.ts';
import type { SourceSettings } from '../mapping.ts';
import { References } from '../pass-through/references.ts';
import { WIJKKLINIEK_SYSTEM } from '../transfer/wijkkliniek.ts';

/** A resource of the message with its place: `$.entry[3].resource`. */
export interface Found<T> {
  readonly index: number;
  readonly at: string;
  readonly resource: T;
}

const resourcesOf = (bundle: Bundle): Found<FhirResource>[] =>
  (bundle.entry ?? []).flatMap((entry, index) => {
    const resource = entry.resource as FhirResource | undefined;
    return resource === undefined ? [] : [{ index, at: `$.entry[${index}].resource`, resource }];
  });

export const requestsIn = (bundle: Bundle): Found<ServiceRequest>[] =>
  resourcesOf(bundle).flatMap((found) =>
    found.resource.resourceType === 'ServiceRequest' &&
    found.resource.code?.coding?.some(({ system, code }) => system === SYSTEM.snomed && code === '308292007') === true
      ? [{ ...found, resource: found.resource }]
      : [],
  );

/** Tasks whose focus is the request; a lone Task without focus can be about nothing else. */
export function tasksAbout(request: Found<ServiceRequest>, bundle: Bundle, source: SourceSettings): Found<Task>[] {
  const tasks = resourcesOf(bundle).flatMap((found) =>
    found.resource.resourceType === 'Task' ? [{ ...found, resource: found.resource }] : [],
  );
  const references = new References(bundle, String, source);
  const focusOf = ({ index, resource }: Found<Task>): string | undefined => {
    const entry: BundleEntry = bundle.entry?.[index] ?? {};
    const { reference } = resource.focus ?? {};
    return reference === undefined ? undefined : references.resolve(reference, entry);
  };
  const about = tasks.filter((task) => focusOf(task) === String(request.index));
  return about.length > 0 ? about : tasks.length === 1 ? tasks.filter(({ resource }) => !resource.focus) : [];
}

/** The wijkkliniek the request names, with the place where it does. */
export function wijkkliniekNamed({ at, resource }: Found<ServiceRequest>): { id: string | undefined; path: string } {
  const places = (['performer', 'locationReference'] as const).flatMap((element) =>
    (resource[element] ?? []).map(({ identifier }, index) => ({ identifier, path: `${at}.${element}[${index}]` })),
  );
  const named = places.find(({ identifier }) => identifier?.system === WIJKKLINIEK_SYSTEM);
  return { id: named?.identifier?.value, path: `${named?.path ?? at}.identifier.value` };
}
