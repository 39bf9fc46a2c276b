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
 * Undefined when nothing tells. A MedicationRequest: its group identifier, else its own. What carries out a prescription
 * of the same Bundle: the treatment of that prescription, said or derived.
 */
export function derivedTreatment(
  resource: FhirResource,
  bundle: Bundle,
  source: SourceSettings,
): BusinessId | undefined {
  if (resource.resourceType === 'MedicationRequest') {
    const own = [resource.groupIdentifier, ...(resource.identifier ?? [])].flatMap(
      (one) => (one && numbered(one)) ?? [],
    );
    const [from] = own;
    if (from === undefined) return undefined;
    const { value } = derivedId(source, 'treatment', `${from.system}|${from.value}`);
    return { system: `${WK_BASE}/NamingSystem/treatment`, value };
  }
  for (const { reference } of prescriptionsOf(resource)) {
    const target = reference === undefined ? undefined : named(reference, bundle);
    if (target?.resourceType !== 'MedicationRequest') continue;
    return treatmentIn(target) ?? derivedTreatment(target, bundle, source);
  }
  return undefined;
}

function prescriptionsOf(resource: FhirResource): readonly Reference[] {
  switch (resource.resourceType) {
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

/** The entry that a reference names: by fullUrl, or by type and id. */
function named(reference: string, { entry = [] }: Bundle): FhirResource | undefined {
  const found = entry.find(({ fullUrl, resource }) => {
    const { resourceType, id } = (resource ?? {}) as { resourceType?: string; id?: string };
    return fullUrl === reference || (id !== undefined && `${resourceType ?? ''}/${id}` === reference);
  });
  return found?.resource as FhirResource | undefined;
}
