/** What a discharge cannot be: without a letter that says of whom, by whom, when and what. */
import type { Bundle, Composition, FhirResource, Reference } from 'fhir/r4.js';
import type { Issue } from '../../profiles/issue.ts';
import { isDischargeComposition, isTransferOfCare } from '../../profiles/rules/asks-transfer.ts';
import { issueAt } from '../one-patient.ts';
import { taskFaults } from '../transfer-fhir/refuse.ts';
import { saysSomething } from '../written.ts';

/** A request that asks for nothing (any more): the stay would be ended by it all the same. */
const NOT_ASKED: readonly string[] = ['draft', 'on-hold', 'revoked', 'entered-in-error'];

export function dischargeFaults(bundle: Bundle): Issue[] {
  const resources = (bundle.entry ?? []).map(({ resource }, index) => ({
    at: `Bundle.entry[${index}].resource`,
    index,
    resource: resource as FhirResource | undefined,
  }));
  const letters = resources.filter(({ resource }) => isDischargeComposition(resource));
  if (letters.length === 0) {
    const text = 'A discharge has a Composition of type LOINC 18842-5 or wk discharge-handover.';
    return [issueAt('required', 'Bundle', 'wk-discharge-1', text)];
  }
  return resources.flatMap(({ at, index, resource }) => {
    if (resource?.resourceType === 'Composition' && isDischargeComposition(resource)) return letterFaults(resource, at);
    if (resource?.resourceType === 'Task') return taskFaults([{ at, index, resource }]);
    if (!isTransferOfCare(resource) || !NOT_ASKED.includes(resource.status)) return [];
    const text = `A request that is ${resource.status} sends nobody home.`;
    return [issueAt('code-invalid', `${at}.status`, 'wk-discharge-status', text)];
  });
}

function letterFaults({ status, subject, author, date, section }: Composition, at: string): Issue[] {
  const lacks = (element: string, text: string): Issue =>
    issueAt('required', `${at}.${element}`, 'wk-discharge-2', text);
  return [
    ...(status === 'entered-in-error'
      ? [issueAt('code-invalid', `${at}.status`, 'wk-discharge-status', 'A letter taken back sends nobody home.')]
      : []),
    ...(names(subject) ? [] : [lacks('subject', 'Say whom the letter is about.')]),
    ...((author as readonly Reference[] | undefined)?.some(names) === true
      ? []
      : [lacks('author', 'Say who wrote the letter.')]),
    ...((date as string | undefined) === undefined ? [lacks('date', 'Say when the letter was written.')] : []),
    ...(saysSomething(section) ? [] : [lacks('section', 'The letter says nothing: a section with text or an entry.')]),
  ];
}

const names = (reference: Reference | undefined): boolean =>
  [reference?.reference, reference?.identifier?.value, reference?.display].some((one) => Boolean(one));
