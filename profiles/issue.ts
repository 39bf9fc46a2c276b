/** One finding about a resource, in the shape of OperationOutcome.issue; every validator here returns these. */
export interface Issue {
  readonly severity: 'error' | 'warning' | 'information';
  /** FHIR IssueType: structure, required, value, invariant, code-invalid, business-rule, not-found, informational … */
  readonly code: IssueType;
  /** Where: a simple FHIRPath from the resource that was checked (`Bundle.entry[2].resource.birthDate`) or, once a
   *  mapping has translated it, the place in the partner's own words (`PID-3[2].1`, `$.patient.bsn`). */
  readonly expression: string;
  /** Words for a person. Never holds an identifying value. */
  readonly text: string;
  /** Key of the rule that found it: an invariant key (`wk-tier-1`), a warning code (`no-allergy-statement`) or a
   *  kind of structural fault (`cardinality`, `type`, `unknown-element`, `binding`, …). */
  readonly rule: string;
}

export type IssueType =
  | 'invalid'
  | 'structure'
  | 'required'
  | 'value'
  | 'invariant'
  | 'code-invalid'
  | 'extension'
  | 'business-rule'
  | 'not-found'
  | 'not-supported'
  | 'duplicate'
  | 'conflict'
  | 'too-costly'
  | 'too-long'
  | 'security'
  | 'login'
  | 'forbidden'
  | 'throttled'
  | 'transient'
  | 'exception'
  | 'informational';

export const isError = (issue: Issue): boolean => issue.severity === 'error';
