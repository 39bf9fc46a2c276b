/** RF1 and what belongs to it: Task (Twiin TA Workflow) and wk-TransferRequest with all the request refers to. */
import type { FhirResource, Reference, ServiceRequest, Task } from 'fhir/r4.js';
import { SYSTEM, WK_BASE, wkProfile } from '../../profiles/canonical.ts';
import { identifierOf, referTo } from '../bundle.ts';
import { constant, type Draft, type Leaf } from '../draft.ts';
import type { MappingContext, Warning } from '../mapping.ts';
import { codeableConcept } from '../hl7v2/datatypes/cwe.ts';
import { entityNumber } from '../hl7v2/datatypes/ei.ts';
import { dateTimeOf } from '../hl7v2/datatypes/ts.ts';
import { leafAt, lookedUp } from '../hl7v2/leaf.ts';
import type { Message, Segment } from '../hl7v2/message.ts';
import type { AboutPatient } from '../hl7v2/segments/about-patient.ts';
import { allergyEntries } from '../hl7v2/segments/al1.ts';
import { deletions } from '../hl7v2/segments/deletions.ts';
import { diagnosisEntries, type DiagnosisEntry } from '../hl7v2/segments/dg1.ts';
import { coverageEntries } from '../hl7v2/segments/in1.ts';
import { annotations } from '../hl7v2/segments/nte.ts';
import { partyEntry } from '../hl7v2/segments/organization.ts';
import { patientEntry } from '../hl7v2/segments/pid.ts';
import { procedureEntries } from '../hl7v2/segments/pr1.ts';
import { encounterEntry } from '../hl7v2/segments/pv1.ts';
import { carryWhole } from '../hl7v2/segments/remainder.ts';
import { observationEntries } from '../observed/observation.ts';
import { coordinationTask } from '../transfer/task.ts';
import { locationReference, type Destination } from '../transfer/wijkkliniek.ts';
import { askedFor, isPlace, releaseNobody } from './destination.ts';
import type { ReferralSegments } from './groups.ts';
import { isolationEntries } from './isolation.ts';
import { providerEntry, withRole, type ReadProvider } from './provider.ts';
import type { RequestKey } from './request-key.ts';
import { careTeamEntry } from './team.ts';
import { tierConcept, triageEntry, type Triage } from './triage.ts';

const RULE = 'referral.request';
const ADMISSION = `${WK_BASE}/ActivityDefinition/opname-wijkkliniek`;

export interface Referral {
  readonly about: AboutPatient;
  readonly message: Message;
  readonly context: MappingContext;
  readonly rf1: Segment;
  readonly key: RequestKey;
  readonly segments: ReferralSegments;
  readonly providers: readonly ReadProvider[];
  readonly triage: Triage;
  /** What PID and PV1 have to say. */
  readonly warnings: Warning[];
}

/** Adds the Task and, behind it, the request with everything it refers to. */
export function addRequest(referral: Referral): void {
  const { about, rf1, context, key } = referral;
  const destination = askedFor(referral.providers, context.region);
  const task = coordinationTask(context, destination, key.id);
  const authoredOn = authored(referral);
  about.bundle.add<Task>('Task', task.id, () => ({
    ...task.draft,
    priority: priority(rf1),
    focus: referTo(addServiceRequest(referral, destination, authoredOn), 'ServiceRequest'),
    for: about.patient,
    authoredOn,
  }));
}

/** RF1-7, else the moment the message was made. */
const authored = ({ rf1, message, about }: Referral): Leaf<string> | undefined =>
  dateTimeOf(rf1.at(7), `${RULE}.authoredOn`, about.reading) ??
  dateTimeOf(message.header.at(7), `${RULE}.authoredOn`, about.reading);

/** HL7 table 0280. */
const priority = (rf1: Segment): Leaf<'stat' | 'asap' | 'routine'> | undefined =>
  lookedUp(rf1.at(2), { S: 'stat', A: 'asap', R: 'routine' } as const, `${RULE}.priority`);

function addServiceRequest(referral: Referral, destination: Destination, authoredOn: Leaf<string> | undefined): string {
  const { about, rf1, key, segments, providers, triage, message, context } = referral;
  const { bundle, reading } = about;
  return bundle.add<ServiceRequest>('ServiceRequest', key.id, () => {
    const { diagnoses } = addPatientAndStay(referral);
    const sender = partyEntry(bundle, context.source, RULE);
    const [requester] = withRole(providers, 'RP').map((one) => providerEntry(about, one, key.id, sender));
    const all = (type: FhirResource['resourceType'], fullUrls: readonly (string | undefined)[]): Draft<Reference>[] =>
      fullUrls.flatMap((fullUrl) => (fullUrl === undefined ? [] : [referTo(fullUrl, type)]));
    const external = entityNumber(rf1.rep(11), 'request', `${RULE}.id`, reading);
    const draft = {
      meta: { profile: [constant(wkProfile('TransferRequest'), RULE)] },
      identifier: [
        key.number?.identifier ?? identifierOf(key.id, leafAt(message.header.at(10), key.id.value, `${RULE}.id`)),
        external?.identifier,
      ],
      instantiatesCanonical: [constant(ADMISSION, RULE)],
      status: constant('active', RULE),
      intent: constant('order', RULE),
      category: [
        codeableConcept(rf1.rep(3), `${RULE}.category`, reading, '0281'),
        codeableConcept(rf1.rep(5), `${RULE}.category`, reading, '0284'),
      ],
      priority: priority(rf1),
      code: {
        coding: [
          {
            system: constant(SYSTEM.snomed, RULE),
            code: constant('308292007', RULE),
            display: constant('Transfer of care (procedure)', RULE),
          },
        ],
      },
      orderDetail: triage.tiers.map(tierConcept),
      subject: about.patient,
      encounter: about.encounter,
      authoredOn,
      requester: requester === undefined ? undefined : referTo(requester, 'PractitionerRole'),
      performer: all(
        'PractitionerRole',
        withRole(providers, 'RT')
          .filter(({ prd }) => !isPlace(prd))
          .map((one) => providerEntry(about, one, key.id)),
      ),
      locationReference: [locationReference(destination)],
      reasonCode: rf1.reps(10).map((repetition) => codeableConcept(repetition, `${RULE}.reason`, reading, '0336')),
      reasonReference: all(
        'Condition',
        diagnoses.map(({ reference }) => reference),
      ),
      supportingInfo: [
        ...all('Observation', [triageEntry(about, key.id, triage, segments, authoredOn)]),
        ...all('CareTeam', [careTeamEntry(about, key.id, providers)]),
        ...all('AllergyIntolerance', allergyEntries(about, message.all('AL1'))),
        ...all('Flag', isolationEntries(about, key.id, segments)),
        ...all('Observation', observationEntries(about, segments.observed)),
        ...all('Procedure', procedureEntries(about, message.all('PR1'))),
      ],
      insurance: all('Coverage', coverageEntries(about, segments.insurances)),
      note: annotations(segments.notes, `${RULE}.note`),
    };
    releaseNobody(providers);
    const providersLeft = segments.providers.flatMap(({ prd, contacts }) => [prd, ...contacts]);
    const rest = carryWhole([...segments.notes, ...providersLeft, ...segments.rest], 'referral.remainder');
    return { ...draft, extension: rest };
  });
}

function addPatientAndStay({ about, message, context, providers, key, warnings }: Referral): {
  readonly diagnoses: readonly DiagnosisEntry[];
} {
  const { bundle } = about;
  const patient = patientEntry(bundle, message, context, {
    extension: () => deletions([message.first('PID'), message.first('PD1'), ...message.all('NK1')], 'referral.deleted'),
    generalPractitioner: () =>
      withRole(providers, 'PP').map((one) => referTo(providerEntry(about, one, key.id), 'PractitionerRole')),
  });
  const stay = message.first('PV1') !== undefined;
  let diagnoses: readonly DiagnosisEntry[] | undefined;
  const made = (): readonly DiagnosisEntry[] =>
    (diagnoses ??= diagnosisEntries(about, message.all('DG1'), { active: true, ofStay: stay }));
  const encounter = encounterEntry(bundle, message, context, patient.reference, {
    diagnosis: () => made().flatMap(({ ofStay }) => ofStay ?? []),
    extension: () => deletions([message.first('PV1'), message.first('PV2')], 'referral.deleted'),
  });
  warnings.push(...patient.warnings, ...encounter.warnings);
  return { diagnoses: made() };
}
