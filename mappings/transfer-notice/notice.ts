/**
 * The advance notice: what a wijkkliniek may know before it says yes. It is built from an allow-list and never by
 * leaving out, because a field nobody thought of must not tell who the patient is: no BSN, name, birth date, address,
 * phone, number, free text or narrative. Every identifier in it is keyed and stands nowhere else; only the Task's own
 * identifier tells the VVT which Task to answer.
 */
import type { Bundle, BundleEntry, FhirResource, Identifier, Reference } from 'fhir/r4.js';
import { WK_DERIVED, WK_TASK } from '../../profiles/canonical.ts';
import { conditionalUrl } from '../identity.ts';
import { ageOf, compositionOf, flagOf, patientOf, requestOf, taskOf, triageOf } from './entries.ts';
import { gatherFacts } from './facts.ts';

export { handoff, taskUpdateBundle } from './handoff.ts';

export interface NoticeKeys {
  /** Id of the Task as the gateway hosts it: `Task.identifier` of notice and handoff alike. */
  readonly taskId: string;
  /** A keyed hash of a text as a UUID (HMAC): nobody without the key can tell what it was made of. */
  readonly keyed: (text: string) => string;
  /** Status of the Task as hosted now, when a notice is sent again; absent: requested. */
  readonly status?: 'requested' | 'received';
  /** Names of organisations from the region file, for people; never from the message. */
  readonly requester?: string;
  readonly owner?: string;
}

/** The `transaction` Bundle of the notice, from the finished transfer Bundle (output of a transfer mapping). */
export function adviseNotice(bundle: Bundle<FhirResource>, keys: NoticeKeys): Bundle<FhirResource> {
  const facts = gatherFacts(bundle);
  const entries: BundleEntry<FhirResource>[] = [];
  const fullUrl = (place: string): string => `urn:uuid:${keys.keyed(`notice ${keys.taskId} fullUrl ${place}`)}`;
  const refer = (type: string, place: string): Reference => ({ reference: fullUrl(place), type });
  const keyedId = (place: string) => ({ system: WK_DERIVED, value: keys.keyed(`notice ${keys.taskId} id ${place}`) });
  const add = (
    place: string,
    make: (identifier: Identifier) => FhirResource | undefined,
    id = keyedId(place),
  ): Reference[] => {
    const resource = make(id);
    if (resource === undefined) return [];
    const url = conditionalUrl(resource.resourceType, id);
    entries.push({ fullUrl: fullUrl(place), resource, request: { method: 'PUT', url } });
    return [refer(resource.resourceType, place)];
  };

  const subject = refer('Patient', 'patient');
  const request = refer('ServiceRequest', 'request');
  const notice = refer('Composition', 'notice');
  const ownId = { system: WK_TASK, value: keys.taskId };
  add('task', (id) => taskOf(facts, id, request, keys), ownId);
  add('request', (id) => requestOf(facts, id, subject, notice));
  add('patient', (id) => patientOf(facts, id));
  const needs = [
    ...add('age', (id) => ageOf(facts, id, subject)),
    ...add('triage', (id) => triageOf(facts, id, subject)),
    ...facts.isolation.flatMap((coding, index) =>
      add(`isolation ${index}`, (id) => flagOf({ coding: [coding] }, id, subject)),
    ),
  ];
  add('notice', (id) => compositionOf(facts, id, { subject, request, needs }, keys.requester));
  return { resourceType: 'Bundle', type: 'transaction', entry: entries };
}
