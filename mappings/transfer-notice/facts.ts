/** What of a finished transfer Bundle may be told before acceptance: codes, an age, a gender; nothing else is read. */
import type { Bundle, Coding, FhirResource, Patient, ServiceRequest, Task } from 'fhir/r4.js';
import { SYSTEM, WK_CODES, wkProfile } from '../../profiles/canonical.ts';
import { ISOLATION_CODES } from '../transfer/isolation-codes.ts';
import { ageOn, type Age } from './age.ts';
import { careNeedsOf } from './care-needs.ts';
import { says, saysWk, tellable } from './codes.ts';

export interface NoticeFacts {
  readonly authoredOn: string | undefined;
  readonly priority: NonNullable<Task['priority']> | undefined;
  readonly gender: NonNullable<Patient['gender']> | undefined;
  readonly age: Age | undefined;
  readonly tier: string | undefined;
  readonly reasons: readonly Coding[];
  readonly isolation: readonly Coding[];
  readonly careNeeds: readonly Coding[];
}

const oneOf = <const T extends string>(allowed: readonly T[], value: string | undefined): T | undefined =>
  allowed.find((one) => one === value);

const MOMENT = /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?)?)?$/;

export function gatherFacts(bundle: Bundle<FhirResource>): NoticeFacts {
  const resources = (bundle.entry ?? []).flatMap(({ resource }) => (resource === undefined ? [] : [resource]));
  const request = resources
    .flatMap((one) => (one.resourceType === 'ServiceRequest' ? [one] : []))
    .find(({ code }) => says(code, SYSTEM.snomed, '308292007'));
  const found = (reference: string | undefined): FhirResource | undefined =>
    bundle.entry?.find(({ fullUrl }) => fullUrl !== undefined && fullUrl === reference)?.resource;
  const subject = found(request?.subject.reference);
  const patient = subject?.resourceType === 'Patient' ? subject : undefined;
  const secrets = numbersOf(patient);
  const authoredOn = MOMENT.test(request?.authoredOn ?? '') ? request?.authoredOn : undefined;
  const reasons = [
    ...(request?.reasonCode ?? []),
    ...(request?.reasonReference ?? []).map(({ reference }) => {
      const reason = found(reference);
      return reason?.resourceType === 'Condition' ? reason.code : undefined;
    }),
  ];
  return {
    authoredOn,
    priority: oneOf(['routine', 'urgent', 'asap', 'stat'], request?.priority),
    gender: oneOf(['male', 'female', 'other', 'unknown'], patient?.gender),
    age: ageOn(patient?.birthDate, authoredOn),
    tier: tierOf(request, resources),
    reasons: reasons.flatMap((concept) => tellable(concept, secrets)),
    isolation: isolationOf(resources),
    careNeeds: careNeedsOf(resources),
  };
}

/** Numbers of the patient that somebody may have typed into a code field. */
const numbersOf = (patient: Patient | undefined): ReadonlySet<string> =>
  new Set((patient?.identifier ?? []).flatMap(({ value }) => (value === undefined ? [] : [value])));

function tierOf(request: ServiceRequest | undefined, resources: readonly FhirResource[]): string | undefined {
  const concepts = [
    ...(request?.orderDetail ?? []),
    ...resources.flatMap((one) =>
      one.resourceType === 'Observation' &&
      (saysWk(one.code, 'triage-outcome') || one.meta?.profile?.includes(wkProfile('TriageOutcome')) === true)
        ? [one.valueCodeableConcept]
        : [],
    ),
  ];
  return (['wijkkliniek-light', 'wijkkliniek-complex'] as const).find((tier) =>
    concepts.some((concept) => saysWk(concept, tier)),
  );
}

/** Flags in force that ask for isolation: by a code of zib Alert, else by our own mark and then without a reason. */
function isolationOf(resources: readonly FhirResource[]): Coding[] {
  return resources.flatMap((one): Coding[] => {
    if (one.resourceType !== 'Flag' || one.status !== 'active') return [];
    const known = tellable(one.code, new Set()).filter(
      ({ system, code }) => system === SYSTEM.snomed && code !== undefined && ISOLATION_CODES.includes(code),
    );
    if (known.length > 0) return known;
    const marked = one.category?.some((category) => saysWk(category, 'isolation')) === true;
    return marked ? [{ system: WK_CODES, code: 'isolation' }] : [];
  });
}
