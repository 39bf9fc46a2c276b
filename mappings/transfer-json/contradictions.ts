/** What a transfer says that cannot all be true: nobody at the wijkkliniek can tell which half to believe. */
import type { Issue } from '../../profiles/issue.ts';
import type { Transfer } from './schema.ts';

const contradiction = (expression: string, text: string, rule: string): Issue => ({
  severity: 'error',
  code: 'business-rule',
  expression,
  text,
  rule,
});

export function contradictionsIn({ patient, requestedAt, treatmentDirectives = [] }: Transfer): Issue[] {
  const issues = treatmentDirectives.flatMap(({ treatment, decision }, index) => {
    const first = treatmentDirectives.findIndex((one) => one.treatment === treatment);
    if (first === index || treatmentDirectives[first]?.decision === decision) return [];
    const text = 'an earlier directive decides otherwise on the same treatment; send the one that holds';
    return [contradiction(`$.treatmentDirectives[${index}].decision`, text, 'wk-directive-twice')];
  });
  // Dates are compared as written: a birth date has no time zone.
  if (patient.birthDate > requestedAt.slice(0, patient.birthDate.length)) {
    issues.push(contradiction('$.patient.birthDate', 'born after the transfer was requested', 'wk-birth-date'));
  }
  return issues;
}
