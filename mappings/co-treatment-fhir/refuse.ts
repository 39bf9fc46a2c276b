/** What a message about co-treatment cannot be: a question nobody asks or that asks nothing, an answer without words. */
import type { Bundle, Communication, FhirResource, ServiceRequest, Task } from 'fhir/r4.js';
import type { Issue } from '../../profiles/issue.ts';
import { issueAt } from '../one-patient.ts';
import { taskFaults } from '../transfer-fhir/refuse.ts';
import { saysSomething } from '../written.ts';
import { isConsultNote, isQuestion, isReply } from './conversation.ts';

interface Found<T> {
  readonly at: string;
  readonly index: number;
  readonly resource: T;
}

function found<T extends FhirResource>(bundle: Bundle, is: (resource: FhirResource) => resource is T): Found<T>[] {
  return (bundle.entry ?? []).flatMap((entry, index) => {
    const resource = entry.resource as FhirResource | undefined;
    return resource !== undefined && is(resource) ? [{ at: `Bundle.entry[${index}].resource`, index, resource }] : [];
  });
}

const isTask = (resource: FhirResource): resource is Task => resource.resourceType === 'Task';

/** An answer may carry the questions it answers; without one, exactly one question is asked. */
export function conversationFaults(bundle: Bundle): Issue[] {
  const replies = found(bundle, isReply);
  const notes = found(bundle, isConsultNote);
  const questions = found(bundle, isQuestion);
  const [question, ...more] = questions;
  const tasks = found(bundle, isTask).flatMap((task) => taskFaults([task]));
  if (replies.length + notes.length > 0) {
    const written =
      notes.some(({ resource }) => saysSomething(resource.section) || resource.text !== undefined) ||
      (bundle.entry ?? []).some(({ resource }) => resource?.resourceType === 'DocumentReference');
    return [
      ...tasks,
      ...replies.flatMap((reply) => replyFaults(reply, written)),
      ...(replies.length > 0 || written
        ? []
        : notes.map(({ at }) => issueAt('required', `${at}.section`, 'wk-answer-1', 'The answer says nothing.'))),
    ];
  }
  if (question === undefined) {
    return [issueAt('required', 'Bundle', 'wk-cotreatment', 'A question (ServiceRequest) or an answer is required.')];
  }
  return [
    ...tasks,
    ...more.map(({ at }) => issueAt('business-rule', at, 'wk-cotreatment', 'One message asks one question.')),
    ...questionFaults(question),
  ];
}

/** A question that is withdrawn need not be asked again. */
const WITHDRAWN: readonly string[] = ['revoked', 'entered-in-error'];

function questionFaults({ at, resource }: Found<ServiceRequest>): Issue[] {
  const { status, requester } = resource;
  if (WITHDRAWN.includes(status)) return [];
  const issues: Issue[] = [];
  if (status === 'draft' || status === 'on-hold') {
    const text = `A question that is ${status} asks for nothing yet.`;
    issues.push(issueAt('code-invalid', `${at}.status`, 'wk-cotreatment-status', text));
  }
  if (requester === undefined) {
    const text = 'Say who asks: the regiebehandelaar.';
    issues.push(issueAt('required', `${at}.requester`, 'wk-cotreatment-requester', text));
  }
  if (!asksSomething(resource)) {
    const text = 'A question is asked: in reasonCode, reasonReference, note or supportingInfo.';
    issues.push(issueAt('required', `${at}.reasonCode`, 'wk-cotreatment-2', text));
  }
  return issues;
}

const asksSomething = ({ reasonCode, reasonReference, note, supportingInfo }: ServiceRequest): boolean =>
  reasonCode?.some(({ text, coding }) => Boolean(text) || coding?.some(({ code }) => Boolean(code)) === true) ===
    true || [reasonReference, note, supportingInfo].some((items) => (items?.length ?? 0) > 0);

/** `written`: a consult note or a document beside it holds the words. */
function replyFaults({ at, resource }: Found<Communication>, written: boolean): Issue[] {
  const { status, payload, note, reasonCode, about } = resource;
  if (status === 'preparation') {
    const text = 'An answer in preparation is no answer yet.';
    return [issueAt('code-invalid', `${at}.status`, 'wk-answer-status', text)];
  }
  const said = [payload, note, reasonCode, about].some((items) => (items?.length ?? 0) > 0);
  if (said || written || status !== 'completed') return [];
  return [issueAt('required', `${at}.payload`, 'wk-answer-1', 'The answer says nothing.')];
}
