/** The treatment (MBH) identifier of a building block that came without: from the prescription it belongs to. */
import type { Bundle, Extension, FhirResource, Identifier, Reference } from 'fhir/r4.js';
import { WK_BASE } from '../../profiles/canonical.ts';
import { derivedId, type BusinessId } from '../identity.ts';
import type { SourceSettings } from '../mapping.ts';
import { TREATMENT } from '../medication-profile.ts';

export const hasTreatment = (resource: FhirResource): boolean => treatmentIn(resource) !== undefined;

const treatmentIn = (resource: FhirResource): BusinessId | undefined => {
  const { extension = [] } = resource as { extension?: readonly Extension[] };
  const found = extension.find(({ url }) => url === TREATMENT)?.valueIdentifier;
  return found && numbered(found);
};

const numbered = ({ system, value }: Identifier): BusinessId | undefined =>
  system && value ? { system, value } : undefined;

/**
 * Undefined when nothing tells. What is based on a prescription of the same Bundle (a regimen on its agreement, a dispense
 * on its request): the treatment of that prescription, said or derived. Any other MedicationRequest: its group identifier,
 * else its own; but what is based on a prescription elsewhere is of that treatment, which nobody here knows.
 */
export function derivedTreatment(
  resource: FhirResource,
  bundle: Bundle,
  source: SourceSettings,
  before: readonly FhirResource[] = [],
): BusinessId | undefined {
  const prescriptions = prescriptionsOf(resource, bundle);
  const way = [...before, resource];
  for (const reference of prescriptions) {
    const target = named(reference, bundle);
    // Prescriptions based on each other tell nothing.
    if (target?.resourceType !== 'MedicationRequest' || way.includes(target)) continue;
    return treatmentIn(target) ?? derivedTreatment(target, bundle, source, way);
  }
  if (resource.resourceType === 'MedicationRequest' && prescriptions.length === 0) {
    const own = [resource.groupIdentifier, ...(resource.identifier ?? [])].flatMap(
      (one) => (one && numbered(one)) ?? [],
    );
    const [from] = own;
    if (from === undefined) return undefined;
    const { value } = derivedId(source, 'treatment', `${from.system}|${from.value}`);
    return { system: `${WK_BASE}/NamingSystem/treatment`, value };
  }
  return undefined;
}

function prescriptionsOf(resource: FhirResource, bundle: Bundle): readonly Reference[] {
  switch (resource.resourceType) {
    case 'MedicationRequest':
      return (resource.basedOn ?? []).filter((one) => isPrescription(one, bundle));
    case 'MedicationDispense':
      return resource.authorizingPrescription ?? [];
    case 'MedicationStatement':
      return [...(resource.basedOn ?? []), ...(resource.derivedFrom ?? [])];
    case 'MedicationAdministration':
      return resource.request === undefined ? [] : [resource.request];
    default:
      return [];
  }
}

/** R4 bases a request on a plan or an order as well. */
const isPrescription = (one: Reference, bundle: Bundle): boolean =>
  (named(one, bundle)?.resourceType ?? one.type ?? /(\w+)\/[^/]+$/.exec(one.reference ?? '')?.[1]) ===
  'MedicationRequest';

/** The entry that a reference names: by fullUrl, or by type and id. */
function named({ reference }: Reference, { entry = [] }: Bundle): FhirResource | undefined {
  if (reference === undefined) return undefined;
  const found = entry.find(({ fullUrl, resource }) => {
    const { resourceType, id } = (resource ?? {}) as { resourceType?: string; id?: string };
    return fullUrl === reference || (id !== undefined && `${resourceType ?? ''}/${id}` === reference);
  });
  return found?.resource as FhirResource | undefined;
}
