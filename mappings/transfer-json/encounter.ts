/** The visit to the SEH from which the patient leaves: Encounter (nl-core-Encounter, class EMER). */
import type { Encounter } from 'fhir/r4.js';
import { nlCore, SYSTEM } from '../../profiles/canonical.ts';
import { identifierOf, type ResourceDraft } from '../bundle.ts';
import { constant } from '../draft.ts';
import { assignedSystem, type BusinessId } from '../identity.ts';
import type { MappingContext } from '../mapping.ts';
import type { Transfer } from './schema.ts';
import { coding, metaOf, ownId, said, type Told } from './told.ts';

/** The hospital's own visit number when it gives one, so that an ADT message meets the same Encounter. */
export function encounterId(told: Pick<Told, 'transfer' | 'context'>): BusinessId {
  const number = told.transfer.encounter?.number;
  return number === undefined
    ? ownId(told, 'Encounter')
    : { system: assignedSystem(told.context.source, 'visit', ''), value: number };
}

export function encounterDraft(
  { transfer, context, patient }: Pick<Told, 'patient'> & { transfer: Transfer; context: MappingContext },
  sender: ResourceDraft<Encounter>['serviceProvider'],
): ResourceDraft<Encounter> {
  const id = encounterId({ transfer, context });
  const start = said(transfer.encounter?.start, '$.encounter.start', 'encounter.start');
  return {
    meta: metaOf(nlCore('Encounter')),
    identifier: [identifierOf(id, said(transfer.encounter?.number, '$.encounter.number', 'encounter.number'))],
    status: constant('in-progress', 'encounter.status'),
    class: coding(SYSTEM.actCode, 'EMER', 'emergency', 'encounter.class'),
    subject: patient,
    period: start === undefined ? undefined : { start },
    serviceProvider: sender,
  };
}
