/** How a sandbox partner says no: an HTTP status and an OperationOutcome. */
import type { OperationOutcome } from 'fhir/r4.js';
import type { Issue } from '../../profiles/issue.ts';

export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  readonly outcome: OperationOutcome;

  constructor(status: number, issues: readonly Issue[]) {
    super(`refused with ${status}`);
    this.status = status;
    this.outcome = {
      resourceType: 'OperationOutcome',
      issue: issues.map(({ severity, code, text, expression, rule }) => ({
        severity,
        code,
        details: { coding: [{ code: rule }], text },
        ...(expression === '' ? {} : { expression: [expression] }),
      })),
    };
  }
}

/** A refusal with one issue; `expression` a FHIRPath into what was sent, '' when it is about the request itself. */
export const refused = (status: number, code: Issue['code'], rule: string, expression: string, text: string): Refused =>
  new Refused(status, [{ severity: 'error', code, expression, text, rule }]);
