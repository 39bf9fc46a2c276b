/** The profiles a question and an answer claim, where they evidently hold. */
import type { Composition, FhirResource, ServiceRequest } from 'fhir/r4.js';
import { SYSTEM, wkProfile } from '../../profiles/canonical.ts';
import { claimNlCore, coded } from '../nl-core-claims.ts';
import type { Completion } from '../pass-through.ts';
import { isConsultNote, isQuestion } from './conversation.ts';

export function claimOf(resource: FhirResource, at: string): Completion {
  if (isQuestion(resource)) return meetsRequest(resource) ? { profiles: [wkProfile('CoTreatmentRequest')] } : {};
  if (isConsultNote(resource)) return meetsNote(resource) ? { profiles: [wkProfile('ConsultComposition')] } : {};
  return claimNlCore(resource, at);
}

const meetsRequest = ({ requester, reasonCode, reasonReference, note, supportingInfo }: ServiceRequest): boolean =>
  requester !== undefined &&
  (reasonCode?.some(({ text }) => text !== undefined) === true ||
    [reasonReference, note, supportingInfo].some((items) => (items?.length ?? 0) > 0));

const meetsNote = ({ type, subject, section }: Composition): boolean =>
  coded(type, SYSTEM.loinc, '11488-4') && subject !== undefined && (section?.length ?? 0) > 0;
