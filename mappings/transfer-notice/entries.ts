/** The resources of an advance notice, each written out whole: what is not written here is not told. */
import type {
  CodeableConcept,
  Composition,
  Flag,
  Identifier,
  Observation,
  Patient,
  Reference,
  ServiceRequest,
  Task,
} from 'fhir/r4.js';
import { SYSTEM, WK_CODES, wkProfile } from '../../profiles/canonical.ts';
import { TA_WORKFLOW } from '../transfer/task.ts';
import { coded } from './codes.ts';
import type { NoticeFacts } from './facts.ts';

/** Absent stays absent: no `undefined` in a resource. */
const given = <K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> =>
  value === undefined ? {} : ({ [key]: value } as Partial<Record<K, V>>);

const DATA_ABSENT = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';
const TRANSFER_OF_CARE = coded(SYSTEM.snomed, '308292007');
const tierOf = ({ tier }: NoticeFacts): CodeableConcept | undefined =>
  tier === undefined ? undefined : coded(WK_CODES, tier);
const organisation = (name: string | undefined): Reference | undefined =>
  name === undefined ? undefined : { type: 'Organization', display: name };

export const taskOf = (
  facts: NoticeFacts,
  identifier: Identifier,
  focus: Reference,
  names: {
    readonly status?: 'requested' | 'received';
    readonly requester?: string | undefined;
    readonly owner?: string | undefined;
  },
): Task => ({
  resourceType: 'Task',
  identifier: [identifier],
  status: names.status ?? 'requested',
  intent: 'order',
  ...given('priority', facts.priority),
  code: coded(SYSTEM.taskCode, 'fulfill'),
  focus,
  ...given('authoredOn', facts.authoredOn),
  ...given('requester', organisation(names.requester)),
  ...given('owner', organisation(names.owner)),
  input: [{ type: coded(TA_WORKFLOW, 'type-of-work'), valueCodeableConcept: TRANSFER_OF_CARE }],
});

export const requestOf = (
  facts: NoticeFacts,
  identifier: Identifier,
  subject: Reference,
  notice: Reference,
): ServiceRequest => {
  const tier = tierOf(facts);
  return {
    resourceType: 'ServiceRequest',
    meta: { profile: [wkProfile('TransferRequest')] },
    identifier: [identifier],
    status: 'active',
    intent: 'order',
    ...given('priority', facts.priority),
    code: TRANSFER_OF_CARE,
    ...given('orderDetail', tier && [tier]),
    subject,
    ...given('authoredOn', facts.authoredOn),
    ...given('reasonCode', facts.reasons.length === 0 ? undefined : facts.reasons.map((one) => ({ coding: [one] }))),
    supportingInfo: [notice],
  };
};

export const patientOf = (facts: NoticeFacts, identifier: Identifier): Patient => ({
  resourceType: 'Patient',
  identifier: [identifier],
  ...given('gender', facts.gender),
});

export function ageOf(facts: NoticeFacts, identifier: Identifier, subject: Reference): Observation | undefined {
  if (facts.age === undefined) return undefined;
  const { low, high } = facts.age;
  const years = (value: number) => ({ value, unit: 'a', system: SYSTEM.ucum, code: 'a' });
  return {
    resourceType: 'Observation',
    identifier: [identifier],
    status: 'final',
    code: coded(SYSTEM.loinc, '30525-0'),
    subject,
    ...given('effectiveDateTime', facts.authoredOn),
    ...(low === high ? { valueQuantity: years(low) } : { valueRange: { low: years(low), high: years(high) } }),
  };
}

export function triageOf(facts: NoticeFacts, identifier: Identifier, subject: Reference): Observation | undefined {
  const tier = tierOf(facts);
  return (
    tier && {
      resourceType: 'Observation',
      meta: { profile: [wkProfile('TriageOutcome')] },
      identifier: [identifier],
      status: 'final',
      code: coded(WK_CODES, 'triage-outcome'),
      subject,
      ...given('effectiveDateTime', facts.authoredOn),
      valueCodeableConcept: tier,
    }
  );
}

export const flagOf = (code: CodeableConcept, identifier: Identifier, subject: Reference): Flag => ({
  resourceType: 'Flag',
  meta: { profile: [wkProfile('Alert')] },
  identifier: [identifier],
  status: 'active',
  category: [coded(WK_CODES, 'isolation')],
  code,
  subject,
});

/** `needs`: the entries of the notice that say what care is needed. */
export function compositionOf(
  facts: NoticeFacts,
  identifier: Identifier,
  place: { readonly subject: Reference; readonly request: Reference; readonly needs: readonly Reference[] },
  requester: string | undefined,
): Composition {
  const events = [
    facts.reasons.map((one): CodeableConcept => ({ coding: [one] })),
    facts.careNeeds.map((one): CodeableConcept => ({ coding: [one] })),
  ].filter((codes) => codes.length > 0);
  // A Composition needs a date; where the request has none, it says so instead of inventing one.
  const dated =
    facts.authoredOn === undefined
      ? { _date: { extension: [{ url: DATA_ABSENT, valueCode: 'unknown' }] } }
      : { date: facts.authoredOn };
  const composition: Omit<Composition, 'date'> = {
    resourceType: 'Composition',
    meta: { profile: [wkProfile('AdvanceNotice')] },
    identifier,
    status: 'final',
    type: coded(SYSTEM.snomed, '721915006'),
    subject: place.subject,
    author: [{ type: 'Organization', display: requester ?? 'Spoedeisende hulp' }],
    title: 'Vooraanmelding wijkkliniek',
    ...given('event', events.length === 0 ? undefined : events.map((code) => ({ code }))),
    section: [
      { title: 'Reden van aanmelding', code: coded(SYSTEM.snomed, '52870002'), entry: [place.request] },
      ...(place.needs.length === 0
        ? []
        : [{ title: 'Zorgbehoefte', code: coded(WK_CODES, 'care-needs'), entry: [...place.needs] }]),
    ],
  };
  return { ...composition, ...dated } as Composition;
}
