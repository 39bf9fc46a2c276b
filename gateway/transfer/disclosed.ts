/** A transfer's resources as they were disclosed: by which names they can be asked for, and read out of their Bundle. */
import type { Bundle, FhirResource, Identifier } from 'fhir/r4.js';

const URN = 'urn:uuid:';
const idIn = (fullUrl: string | undefined): string | null =>
  fullUrl?.startsWith(URN) === true ? fullUrl.slice(URN.length) : null;

function identifiersOf(resource: FhirResource): readonly Identifier[] {
  const found: unknown = Reflect.get(resource, 'identifier');
  return (Array.isArray(found) ? found : found === undefined ? [] : [found]) as Identifier[];
}

/** `Type/id` and `Type?identifier=system|value` of every resource but Tasks, which have an address of their own. */
export function namesIn(bundle: Bundle<FhirResource>): string[] {
  return (bundle.entry ?? []).flatMap(({ fullUrl, resource }) => {
    const id = idIn(fullUrl);
    if (id === null || resource === undefined || resource.resourceType === 'Task') return [];
    const { resourceType } = resource;
    return [
      nameOf(resourceType, { id }),
      ...identifiersOf(resource).flatMap(({ system, value }) =>
        value === undefined ? [] : [nameOf(resourceType, { system: system ?? '', value })],
      ),
    ];
  });
}

/** What is asked for: a resource by its id, or by one of its identifiers. */
export type Asked = { readonly id: string } | { readonly system: string; readonly value: string };

export const nameOf = (type: string, asked: Asked): string =>
  'id' in asked ? `${type}/${asked.id}` : `${type}?identifier=${asked.system}|${asked.value}`;

/** The resource out of its Bundle, with its id; what it refers to within the Bundle as `Type/id`. The Bundle is changed. */
export function resourceIn(
  bundle: Bundle<FhirResource>,
  type: string,
  asked: Asked,
  meta: { readonly versionId: string; readonly lastUpdated: string },
): FhirResource | null {
  const entries = bundle.entry ?? [];
  const found = entries.find(
    ({ fullUrl, resource }) =>
      resource?.resourceType === type &&
      ('id' in asked
        ? idIn(fullUrl) === asked.id
        : identifiersOf(resource).some(
            ({ system, value }) => (system ?? '') === asked.system && value === asked.value,
          )),
  );
  const id = idIn(found?.fullUrl);
  if (found?.resource === undefined || id === null) return null;
  const addresses = new Map(
    entries.map(({ fullUrl, resource }) => [fullUrl, `${resource?.resourceType ?? ''}/${idIn(fullUrl) ?? ''}`]),
  );
  refer(found.resource, addresses);
  const { resource } = found;
  return Object.assign(resource, { id, meta: { ...resource.meta, ...meta } });
}

/** In place: numbers keep the precision they were written in. */
function refer(node: unknown, addresses: ReadonlyMap<string | undefined, string>): void {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    const address = key === 'reference' && typeof value === 'string' ? addresses.get(value) : undefined;
    if (address === undefined) refer(value, addresses);
    else Reflect.set(node, key, address);
  }
}
