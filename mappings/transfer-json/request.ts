/** What is asked: Task (coordination task, Twiin TA Workflow), ServiceRequest (wk-TransferRequest), wk-TriageOutcome. */
import type { CodeableConcept, Observation, Reference, ServiceRequest, Task } from 'fhir/r4.js';
import { WK_BASE, WK_CODES, wkProfile } from '../../profiles/canonical.ts';
import { identifierOf, referTo, type ResourceDraft } from '../bundle.ts';
import { constant, type Draft } from '../draft.ts';
import { assignedSystem, type BusinessId } from '../identity.ts';
import type { SourceSettings } from '../mapping.ts';
import { coordinationTask } from '../transfer/task.ts';
import { destinationOf, locationReference } from '../transfer/wijkkliniek.ts';
import type { Transfer } from './schema.ts';
import { coding, metaOf, ownId, said, snomed, type Told } from './told.ts';

const requestIdOf = (source: SourceSettings, transfer: Transfer): BusinessId => ({
  system: assignedSystem(source, 'request', ''),
  value: transfer.requestId,
});

const TIER: Record<Transfer['tier'], string> = {
  elv: 'Eerstelijnsverblijf',
  'wijkkliniek-light': 'Wijkkliniek light',
  'wijkkliniek-complex': 'Wijkkliniek complex',
  ziekenhuis: 'Ziekenhuis',
};
const tierOf = (transfer: Transfer, rule: string): Draft<CodeableConcept> => ({
  coding: [
    { ...coding(WK_CODES, transfer.tier, TIER[transfer.tier], rule), code: said(transfer.tier, '$.tier', rule) },
  ],
});
/** The service that is asked for: admission to a wijkkliniek. */
const ADMISSION = `${WK_BASE}/ActivityDefinition/opname-wijkkliniek`;
/** SNOMED CT 308292007: what makes a ServiceRequest a transfer. */
const TRANSFER_OF_CARE = snomed('308292007', 'Transfer of care (procedure)', 'request.code');

/** What the request refers to, made when the request itself has its place in the Bundle. */
export interface Asked {
  readonly requester: Draft<Reference> | undefined;
  readonly reason: Draft<Reference>;
  readonly supporting: readonly Draft<Reference>[];
}

/** Adds the Task and, behind it, the request it is about; `asked` makes the parts the request refers to. */
export function addRequest({ bundle, context, transfer, patient, encounter }: Told, asked: () => Asked): void {
  const { source } = context;
  const destination = destinationOf(context.region, transfer.to, '$.to');
  const requestId = requestIdOf(source, transfer);
  const task = coordinationTask(context, destination, requestId);
  const priority = () => said(transfer.priority, '$.priority', 'request.priority');
  bundle.add<Task>('Task', task.id, () => ({
    ...task.draft,
    priority: priority(),
    focus: referTo(addServiceRequest(), 'ServiceRequest'),
    for: patient,
    authoredOn: said(transfer.requestedAt, '$.requestedAt', 'task.authoredOn'),
  }));

  function addServiceRequest(): string {
    return bundle.add<ServiceRequest>('ServiceRequest', requestId, (): ResourceDraft<ServiceRequest> => {
      const { requester, reason, supporting } = asked();
      return {
        meta: metaOf(wkProfile('TransferRequest')),
        identifier: [identifierOf(requestId, said(transfer.requestId, '$.requestId', 'request.id'))],
        instantiatesCanonical: [constant(ADMISSION, 'request.service')],
        status: constant('active', 'request.status'),
        intent: constant('order', 'request.intent'),
        priority: priority(),
        code: TRANSFER_OF_CARE,
        orderDetail: [tierOf(transfer, 'request.tier')],
        subject: patient,
        encounter,
        authoredOn: said(transfer.requestedAt, '$.requestedAt', 'request.authoredOn'),
        requester,
        locationReference: [locationReference(destination)],
        reasonReference: [reason],
        supportingInfo: supporting,
      };
    });
  }
}

/** The outcome of the triage with what it rests on. */
export function addTriageOutcome(told: Told): string {
  const { transfer } = told;
  const id = ownId(told, 'wk-TriageOutcome');
  const answer = (code: string, display: string, field: 'haemodynamicallyStable' | 'complexDiagnosticsNeeded') => {
    const value = said(transfer[field], `$.${field}`, 'triage.criterion');
    return value === undefined
      ? undefined
      : { code: { coding: [coding(WK_CODES, code, display, 'triage.criterion')] }, valueBoolean: value };
  };
  return told.bundle.add<Observation>('Observation', id, () => ({
    meta: metaOf(wkProfile('TriageOutcome')),
    identifier: [identifierOf(id)],
    status: constant('final', 'triage.status'),
    code: { coding: [coding(WK_CODES, 'triage-outcome', 'Triage outcome', 'triage.code')] },
    subject: told.patient,
    encounter: told.encounter,
    effectiveDateTime: said(transfer.requestedAt, '$.requestedAt', 'triage.effective'),
    valueCodeableConcept: tierOf(transfer, 'triage.tier'),
    component: [
      answer('haemodynamically-stable', 'Haemodynamically stable', 'haemodynamicallyStable'),
      answer('complex-diagnostics-needed', 'Complex diagnostics needed', 'complexDiagnosticsNeeded'),
    ],
  }));
}
