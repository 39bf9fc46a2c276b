/** Which profile a resource of a FHIR transfer claims: what it is in the transfer, else what it is by itself. */
import type { FhirResource, ServiceRequest } from 'fhir/r4.js';
import { wkProfile } from '../../profiles/canonical.ts';
import { claimNlCore } from '../nl-core-claims.ts';
import type { Completion } from '../pass-through.ts';

export function claimOf(resource: FhirResource, at: string, request: ServiceRequest): Completion {
  if (resource === request) return { profiles: [wkProfile('TransferRequest')] };
  if (resource.resourceType === 'CareTeam') return { profiles: [wkProfile('CareTeam')] };
  return claimNlCore(resource, at);
}
