/** Who asks and who answers in a FHIR message about co-treatment (CONTRACT §4). */
import type { Communication, Composition, FhirResource, ServiceRequest } from 'fhir/r4.js';
import { SYSTEM, WK_CODES, wkProfile } from '../../profiles/canonical.ts';
import { coded } from '../nl-core-claims.ts';

/** NZa zorgactiviteiten: medebehandeling, and klinisch intercollegiaal consult. */
const QUESTIONS = ['190017', '190009'] as const;
const CONSULT_NOTE = '11488-4';

export const isQuestion = (resource: FhirResource): resource is ServiceRequest =>
  resource.resourceType === 'ServiceRequest' &&
  (coded(resource.code, SYSTEM.nza, ...QUESTIONS) || coded(resource.code, WK_CODES, 'co-treatment', 'consult'));

export const isReply = (resource: FhirResource): resource is Communication =>
  resource.resourceType === 'Communication' && (resource.inResponseTo?.length ?? 0) > 0;

/** A consult note: LOINC 11488-4, or the sender says so by the profile. */
export const isConsultNote = (resource: FhirResource): resource is Composition =>
  resource.resourceType === 'Composition' &&
  (coded(resource.type, SYSTEM.loinc, CONSULT_NOTE) ||
    resource.meta?.profile?.some((canonical) => canonical.split('|')[0] === wkProfile('ConsultComposition')) === true);
