/**
 * From a read message to a proved output Bundle: find the flow, map, prove the output against R4 structure, our own
 * rules and the region's. The doors, `map`, `validate` and replay all go through here.
 */
import type { Bundle, FhirResource } from 'fhir/r4.js';
import { adminFhir } from '../../mappings/admin-fhir/mapping.ts';
import { toBundle } from '../../mappings/bundle.ts';
import { coTreatmentFhir } from '../../mappings/co-treatment-fhir/mapping.ts';
import { dischargeFhir } from '../../mappings/discharge-fhir/mapping.ts';
import { labFhir } from '../../mappings/lab-fhir/mapping.ts';
import { withProvenance } from '../../mappings/provenance.ts';
import { sourceOf } from '../../mappings/locate.ts';
import type { Mapped, Mapping, MappingContext, MappingResult, Warning, WarningCode } from '../../mappings/mapping.ts';
import type { FhirSource } from '../../mappings/fhir-source.ts';
import { medicationFhir } from '../../mappings/medication-fhir/mapping.ts';
import { observationFhir } from '../../mappings/observation-fhir/mapping.ts';
import { taskFhir, taskSent } from '../../mappings/task-fhir/mapping.ts';
import { transferFhir } from '../../mappings/transfer-fhir/mapping.ts';
import { transferJson } from '../../mappings/transfer-json/mapping.ts';
import { isError, type Issue } from '../../profiles/issue.ts';
import { checkRules } from '../../profiles/rules.ts';
import { checkStructure } from '../../profiles/structure.ts';
import type { Merge } from '../enrolment/admin.ts';
import { refuse, type Refusal } from '../refusal.ts';
import type { Flow, PartyKind } from '../regions/region.ts';
import type { TransferChange } from '../transfer/change.ts';
import { classifyBundle } from './classify-fhir.ts';
import { checkAdmission } from './admission.ts';
import type { Reading } from './reading.ts';
import { v2TypeOf } from './v2-types.ts';

export interface Proved {
  readonly ok: true;
  readonly flow: Flow;
  readonly mapped: Mapped;
  readonly bundle: Bundle<FhirResource>;
  readonly warnings: readonly Warning[];
  /** Patients the message joins (ADT^A40). */
  readonly merges: readonly Merge[];
  /** What the message changes in a transfer that is under way, instead of starting something. */
  readonly change: TransferChange | null;
}

export type ProvedOrNot = Proved | { readonly ok: false; readonly flow: Flow | null; readonly refusal: Refusal };

/** FHIR flows with a mapping; the others are refused as not supported, in words. */
const FHIR_MAPPINGS: Partial<Record<Flow, Mapping<FhirSource>>> = {
  'transfer-request': transferFhir,
  'lab-result': labFhir,
  medication: medicationFhir,
  'patient-admin': adminFhir,
  'co-treatment': coTreatmentFhir,
  observation: observationFhir,
  discharge: dischargeFhir,
  'transfer-update': taskFhir,
};

/** `sender`: kind of the party that sends; null without a region. */
export function prove(
  reading: Extract<Reading, { ok: true }>,
  context: MappingContext,
  sender: PartyKind | null,
  processing?: string,
): ProvedOrNot {
  const controlId = reading.controlId ?? reading.key;
  const traced = (result: MappingResult): MappingResult => withProvenance(result, controlId, context);
  switch (reading.kind) {
    case 'hl7v2': {
      const { header } = reading.message;
      const typed = v2TypeOf(header.at(9, 1).text, header.at(9, 2).text);
      if (!typed.ok)
        return noFlow(`MSH-9.${typed.table0357 === '200' ? 1 : 2}`, 'no flow for this message type', typed.table0357);
      if (processing !== undefined && header.at(11, 1).text !== processing) {
        return noFlow('MSH-11', `this source may send processing id ${processing} only`, '202');
      }
      const { flow, mapping, merges, change } = typed.type;
      const proved = proveMapped(flow, traced(mapping.map(reading.message, context)), context);
      if (!proved.ok) return proved;
      const { message } = reading;
      return { ...proved, merges: merges?.(message, context) ?? [], change: change?.(message, context) ?? null };
    }
    case 'transfer':
      return proveMapped('transfer-request', traced(transferJson.map(reading.json, context)), context);
    case 'fhir': {
      const faults = checkStructure(reading.bundle).filter(isError);
      if (faults.length > 0) return { ok: false, flow: null, refusal: { kind: 'rule', issues: faults } };
      const classified = classifyBundle(reading.bundle, sender);
      if (!classified.ok) return noFlow('Bundle', classified.text);
      const mapping = FHIR_MAPPINGS[classified.flow];
      if (mapping === undefined) return noFlow('Bundle', `flow ${classified.flow} is not carried as FHIR here`);
      const source = { bundle: reading.bundle, controlId };
      const proved = proveMapped(classified.flow, traced(mapping.map(source, context)), context);
      return proved.ok && classified.flow === 'transfer-update' ? withTaskChange(proved, reading.bundle) : proved;
    }
  }
}

function noFlow(expression: string, text: string, table0357?: string): ProvedOrNot {
  const issue = { code: 'not-supported', expression, text, rule: 'no-flow' } as const;
  return { ok: false, flow: null, refusal: refuse('no-flow', issue, table0357) };
}

function proveMapped(flow: Flow, result: MappingResult, context: MappingContext): ProvedOrNot {
  if (!result.ok) return { ok: false, flow, refusal: { kind: 'rule', issues: result.issues } };
  const bundle = toBundle(result);
  const issues = [
    ...checkStructure(bundle),
    ...checkRules(bundle),
    ...(asksForAdmission(flow, bundle) && context.region !== null ? checkAdmission(bundle, context.region) : []),
  ];
  const errors = issues.filter(isError);
  if (errors.length > 0) {
    return { ok: false, flow, refusal: { kind: 'rule', issues: errors.map((issue) => locateInSource(result, issue)) } };
  }
  const found = issues.filter(({ severity }) => severity === 'warning').map((issue) => warningOf(result, issue));
  return { ok: true, flow, mapped: result, bundle, warnings: [...result.warnings, ...found], merges: [], change: null };
}

/** A transfer, or new content for one. */
const asksForAdmission = (flow: Flow, bundle: Bundle<FhirResource>): boolean =>
  flow === 'transfer-request' ||
  (flow === 'transfer-update' &&
    (bundle.entry ?? []).some(({ resource }) => resource?.resourceType === 'ServiceRequest'));

function withTaskChange(proved: Proved, bundle: Bundle<FhirResource>): ProvedOrNot {
  const sent = taskSent(bundle);
  const at = 'Bundle.entry[0].resource.id';
  if (sent?.id == null) {
    const text = 'name the Task: by its id, or by the identifier the advance notice told';
    return {
      ok: false,
      flow: 'transfer-update',
      refusal: refuse('rule', { code: 'required', expression: at, text, rule: 'wk-task-id' }),
    };
  }
  const task = { ...sent.task, id: sent.id };
  return { ...proved, change: { kind: 'put', of: [sent.id], at, task, ifMatch: sent.ifMatch } };
}

/** The rule of a warning issue is its warning code. */
const warningOf = (mapped: Mapped, issue: Issue): Warning => ({
  code: issue.rule as WarningCode,
  location: locateInSource(mapped, issue).expression,
  text: issue.text,
});

/** A rule finds its fault in the output; the sender reads it in its own words: `PID-3[2].1`, `$.patient.bsn`, or the
 *  FHIRPath of the Bundle it sent. */
function locateInSource(mapped: Mapped, issue: Issue): Issue {
  return { ...issue, expression: sourceOf(mapped, issue.expression) };
}
