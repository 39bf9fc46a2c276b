/** What a FHIR transfer cannot be, before it is passed through. Tier, roles and BSN are rules on the finished Bundle. */
import type { Bundle, FhirResource, ServiceRequest, Task } from 'fhir/r4.js';
import { WK_CODES } from '../../profiles/canonical.ts';
import type { Issue } from '../../profiles/issue.ts';
import type { Found } from './find-request.ts';

const issue = (code: Issue['code'], expression: string, text: string, rule: string): Issue => ({
  severity: 'error',
  code,
  // The sender knows its own Bundle by FHIRPath.
  expression: expression.replace(/^\$/, 'Bundle'),
  text,
  rule,
});

export function requestFaults(count: number): Issue[] {
  if (count === 1) return [];
  const text = 'a transfer is one ServiceRequest coded SNOMED CT 308292007';
  return [issue(count === 0 ? 'required' : 'business-rule', 'Bundle', text, 'wk-transfer-1')];
}

/** A request that was withdrawn, is done, or was never made in earnest, opens nothing. */
export function statusFaults({ at, resource }: Found<ServiceRequest>): Issue[] {
  if (resource.status === 'active') return [];
  const text = `a ServiceRequest that is ${resource.status} asks for no transfer: only an active one does`;
  return [issue('business-rule', `${at}.status`, text, 'wk-transfer-status')];
}

export function taskFaults(tasks: readonly Found<Task>[]): Issue[] {
  const never = ['draft', 'ready', 'on-hold'];
  return [
    ...tasks.slice(1).map(({ at }) => issue('business-rule', at, 'two Tasks ask for the same transfer', 'wk-task-1')),
    ...tasks
      .filter(({ resource }) => never.includes(resource.status))
      .map(({ at }) =>
        issue('code-invalid', `${at}.status`, `a Task that is ${never.join(', ')} asks for nothing yet`, 'wk-task-2'),
      ),
  ];
}

/** An Observation may state, as the plain JSON does, that the patient is unstable or needs complex diagnostics. */
export function triageFaults(bundle: Bundle): Issue[] {
  return (bundle.entry ?? []).flatMap((entry, index) => {
    const resource = entry.resource as FhirResource | undefined;
    if (resource?.resourceType !== 'Observation' || resource.status === 'entered-in-error') return [];
    return (resource.component ?? []).flatMap(({ code, valueBoolean }, at) => {
      const says = (wk: string): boolean =>
        code.coding?.some((coding) => coding.system === WK_CODES && coding.code === wk) === true;
      const place = `$.entry[${index}].resource.component[${at}].valueBoolean`;
      if (says('haemodynamically-stable') && valueBoolean === false) {
        const text = 'a patient who is not haemodynamically stable is not a wijkkliniek patient';
        return [issue('business-rule', place, text, 'wk-stable')];
      }
      if (says('complex-diagnostics-needed') && valueBoolean === true) {
        const text = 'a patient who needs complex diagnostics is not a wijkkliniek patient';
        return [issue('business-rule', place, text, 'wk-diagnostics')];
      }
      return [];
    });
  });
}
