/** Issues and warnings in FHIR's words: the one place where an OperationOutcome is made. */
import type { OperationOutcome, OperationOutcomeIssue } from 'fhir/r4.js';
import type { Warning } from '../mappings/mapping.ts';
import { WK_CODES } from '../profiles/canonical.ts';
import type { Issue } from '../profiles/issue.ts';

/** `expression` holds a FHIRPath or the place in the partner's own words (`PID-3[2].1`); the rule is a code of ours. */
const issueOf = (issue: Issue): OperationOutcomeIssue => ({
  severity: issue.severity,
  code: issue.code,
  details: { coding: [{ system: WK_CODES, code: issue.rule }], text: issue.text },
  ...(issue.expression === '' ? {} : { expression: [issue.expression] }),
});

export const outcomeOf = (issues: readonly Issue[]): OperationOutcome => ({
  resourceType: 'OperationOutcome',
  issue: issues.map(issueOf),
});

/** Warnings do not refuse: they travel with the answer. */
export const warningOutcome = (warnings: readonly Warning[]): OperationOutcome =>
  outcomeOf(
    warnings.map(({ code, location, text }) => ({
      severity: 'warning',
      code: 'business-rule',
      expression: location,
      text,
      rule: code,
    })),
  );
