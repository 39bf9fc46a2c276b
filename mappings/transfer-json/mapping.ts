/** `POST /transfers`: a transfer request in plain JSON becomes Task, wk-TransferRequest and what belongs to it. */
import type { Encounter, FhirResource, Reference } from 'fhir/r4.js';
import { BundleDraft, referTo } from '../bundle.ts';
import type { Draft } from '../draft.ts';
import { fullUrlOf } from '../identity.ts';
import type { Mapping, MappingContext, MappingResult, Warning } from '../mapping.ts';
import { addAllergies } from './allergies.ts';
import { addContacts } from './contacts.ts';
import { contradictionsIn } from './contradictions.ts';
import { addReason } from './conditions.ts';
import { addDirectives } from './directives.ts';
import { encounterDraft, encounterId } from './encounter.ts';
import { addGeriatric } from './geriatric.ts';
import { addGoals } from './goals.ts';
import { addIsolation } from './isolation.ts';
import { addMedication } from './medication.ts';
import { addPatient, patientId } from './patient.ts';
import { addCareTeam, addProfessional, addSender } from './people.ts';
import { issuesOf, notForTheWijkkliniek } from './refuse.ts';
import { addRequest, addTriageOutcome, type Asked } from './request.ts';
import { transferSchema, type Transfer } from './schema.ts';
import type { Told } from './told.ts';
import { unusedOf } from './unused.ts';
import { addVitalSigns, wrongUnits } from './vital-signs.ts';

const MAPPING = { id: 'transfer-json', version: '1.0.0' };

/**
 * Source: parsed JSON (CONTRACT §4 "A transfer in plain JSON"). Refused: every fault of form at once, an unstable patient, need of
 * complex diagnostics, a vital sign in a unit it cannot have, directives that contradict. Tier, roles and region are rules on the finished Bundle.
 */
export const transferJson: Mapping<unknown> = {
  ...MAPPING,
  map(source, context): MappingResult {
    const read = transferSchema.safeParse(source);
    const issues = [
      ...(read.success
        ? [...wrongUnits(read.data), ...contradictionsIn(read.data)]
        : issuesOf(read.error.issues, source)),
      ...notForTheWijkkliniek(source),
    ];
    if (!read.success || issues.length > 0) return { ok: false, issues };
    const { entries, warnings } = draftOf(read.data, source, context);
    return { ok: true, mapping: MAPPING, entries, warnings, unused: () => unusedOf(source, entries) };
  },
};

function draftOf(transfer: Transfer, raw: unknown, context: MappingContext) {
  const bundle = new BundleDraft(context.source, transfer.requestId);
  const warnings: Warning[] = unstated(transfer);
  const encounter = encounterId({ transfer, context });
  const told: Told = {
    transfer,
    raw,
    context,
    bundle,
    warnings,
    patient: referTo(fullUrlOf('Patient', patientId(transfer)), 'Patient'),
    encounter: referTo(fullUrlOf('Encounter', encounter), 'Encounter'),
  };
  addRequest(told, () => partsOf(told));
  return { entries: bundle.entries(), warnings };
}

/** Everything the request refers to, in the order in which a nurse reads it. */
function partsOf(told: Told): Asked {
  const { transfer, bundle, context } = told;
  const { requester: asks } = transfer;
  addPatient(bundle, transfer, context.source, () => {
    const { generalPractitioner: doctor } = transfer.patient;
    return doctor && addProfessional(told, { ...doctor, profession: 'huisarts' }, '$.patient.generalPractitioner');
  });
  const sender = addSender(bundle, context.source);
  bundle.add<Encounter>('Encounter', encounterId(told), () =>
    encounterDraft(told, sender === undefined ? undefined : referTo(sender, 'Organization')),
  );
  const reason = referTo(addReason(told), 'Condition');
  const all = (type: FhirResource['resourceType'], fullUrls: readonly string[]): Draft<Reference>[] =>
    fullUrls.map((fullUrl) => referTo(fullUrl, type));
  const requester = asks && referTo(addProfessional(told, asks, '$.requester', sender), 'PractitionerRole');
  const supporting = [
    ...all('Observation', [addTriageOutcome(told)]),
    ...all('CareTeam', [addCareTeam(told)]),
    ...all('AllergyIntolerance', addAllergies(told)),
    ...all('Flag', addIsolation(told)),
    ...all('Consent', addDirectives(told)),
    ...all('Observation', addVitalSigns(told)),
    ...all('Observation', addGeriatric(told)),
    ...all('Goal', addGoals(told)),
    ...all('MedicationStatement', addMedication(told)),
    ...all('RelatedPerson', addContacts(told)),
  ];
  return { requester, reason, supporting };
}

function unstated({ haemodynamicallyStable, complexDiagnosticsNeeded }: Transfer): Warning[] {
  const warning = (code: Warning['code'], field: string, text: string): Warning[] => [
    { code, location: `$.${field}`, text },
  ];
  return [
    ...(haemodynamicallyStable === undefined
      ? warning(
          'no-stability-statement',
          'haemodynamicallyStable',
          'not stated whether the patient is haemodynamically stable',
        )
      : []),
    ...(complexDiagnosticsNeeded === undefined
      ? warning(
          'no-diagnostics-statement',
          'complexDiagnosticsNeeded',
          'not stated whether complex diagnostics are needed',
        )
      : []),
  ];
}
