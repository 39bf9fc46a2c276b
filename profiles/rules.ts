/**
 * The gateway's own rules, beyond base R4 and whatever profile a resource claims: errors refuse, warnings say what a
 * nurse would miss. The rules themselves are FHIRPath in `wk/wk-Patient.json` and `wk/wk-TransferBundle.json`; this
 * runs them, compiled on first use. Rules that need a region stand in the gateway.
 */
import type { Bundle, BundleEntry, FhirResource, Patient, StructureDefinition } from 'fhir/r4.js';
import type { Issue } from './issue.ts';
import { asksForTransfer } from './rules/asks-transfer.ts';
import { compileRules, type Check } from './rules/compile.ts';
import { failingBsns, hasSoundBsn } from './rules/bsn.ts';
import { resolveWithin } from './rules/resolve.ts';
import patientProfile from './wk/wk-Patient.json' with { type: 'json' };
import transferProfile from './wk/wk-TransferBundle.json' with { type: 'json' };

export { TRANSFER_OF_CARE } from './rules/asks-transfer.ts';

/** Compiled on first use, which takes a tenth of a second or more: what runs long asks for it before it is needed. */
const patientRules = once(() => compileRules(patientProfile as StructureDefinition));
const transferRules = once(() => compileRules(transferProfile as StructureDefinition));

/** Compiles all rules now. */
export function prepareRules(): void {
  patientRules();
  transferRules();
}

function once(make: () => Check): () => Check {
  let made: Check | undefined;
  return () => (made ??= make());
}

/**
 * Checks a resource that has already passed base R4. Anywhere: every BSN. In a Bundle that asks for a transfer (a
 * ServiceRequest with SNOMED CT 308292007, and no discharge): patient, tier, roles, and the warnings.
 *
 * There is no clock here: a participant is active when its period had not ended at ServiceRequest.authoredOn (else
 * Task.authoredOn), and vital signs are recent when taken within the hour before that, or later.
 */
export function checkRules(resource: FhirResource): Issue[] {
  const issues: Issue[] = [];
  if (resource.resourceType === 'Patient') issues.push(...checkPatient(resource, 'Patient'));
  if (resource.resourceType === 'Bundle') {
    entriesOf(resource).forEach((entry, index) => {
      if (entry.resource?.resourceType !== 'Patient') return;
      issues.push(...checkPatient(entry.resource, `Bundle.entry[${index}].resource`));
    });
  }
  issues.push(...otherBsns(resource, issues));
  if (resource.resourceType === 'Bundle' && asksForTransfer(resource))
    issues.push(...run(transferRules(), resource, 'Bundle'));
  return issues;
}

const checkPatient = (patient: Patient, at: string): Issue[] =>
  hasSoundBsn(patient) ? [] : run(patientRules(), patient, at);

/** BSNs outside Patient.identifier, which the rules of a Patient do not reach. */
function otherBsns(resource: FhirResource, known: readonly Issue[]): Issue[] {
  return failingBsns(resource, resource.resourceType)
    .filter((expression) => !known.some((issue) => issue.expression === expression))
    .map((expression) => ({
      severity: 'error',
      code: 'value',
      expression,
      text: 'A BSN must pass the elfproef. Correct the BSN or leave it out.',
      rule: 'wk-bsn-1',
    }));
}

const entriesOf = (bundle: Bundle) => (bundle.entry ?? []) as readonly BundleEntry<FhirResource>[];

function run(check: Check, resource: Bundle | Patient, at: string): Issue[] {
  const type = resource.resourceType;
  return check(resource, type === 'Bundle' ? resolveWithin(resource) : {}).map((issue) => ({
    ...issue,
    expression: at + issue.expression.slice(type.length),
  }));
}
