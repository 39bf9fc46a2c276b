/**
 * The VVT's answer to a transfer, a Task, to RRI^I12 (HL7 v2.5 §11.4) for a hospital that takes no FHIR: the inverse of
 * `referral-v2/answer.ts`. It answers the REF^I12 the transfer came as, with its control id and numbers as the hospital
 * wrote them; a transfer that came otherwise is named by its own numbers.
 */
import type { Task } from 'fhir/r4.js';
import { WK_TASK } from '../../profiles/canonical.ts';
import { constant } from '../draft.ts';
import { copyField, copySegment, headerText } from '../hl7v2/write/copy.ts';
import { cwe } from '../hl7v2/write/codes.ts';
import type { Message } from '../hl7v2/message.ts';
import type { V2Mapping } from '../hl7v2/write/message.ts';
import { annotations, notes } from '../hl7v2/write/notes.ts';
import { ei, ownNumber } from '../hl7v2/write/numbers.ts';
import type { Writing } from '../hl7v2/write/partner.ts';
import { inTable } from '../hl7v2/write/persons.ts';
import { patientSegments } from '../hl7v2/write/patient.ts';
import { provider } from '../hl7v2/write/provider.ts';
import { restOf } from '../hl7v2/write/rest.ts';
import { SheetSegment } from '../hl7v2/write/sheet.ts';
import { each } from '../hl7v2/write/spot.ts';
import { writeTime } from '../hl7v2/time.ts';

const RULE = 'to-rri';

/** RF1-1, HL7 table 0283: pending, accepted, rejected; expired where nothing more is to come of it. */
const ANSWERS = {
  requested: 'P',
  received: 'P',
  accepted: 'A',
  'in-progress': 'A',
  rejected: 'R',
  cancelled: 'E',
  failed: 'E',
  completed: 'E',
};
/** RF1-1 says all that these say. */
const SAID_WHOLE: readonly string[] = ['received', 'accepted', 'rejected'];

/** What may differ from the request; all else of the Task repeats it. */
const ANSWER: readonly string[] = [
  'identifier',
  'status',
  'statusReason',
  'businessStatus',
  'output',
  'note',
  'lastModified',
] satisfies (keyof Task)[];

/** `asked`: the REF^I12; null when the transfer came as something else. Bundle: the Task, and the transfer it is about. */
export const toRri = (asked: Message | null): V2Mapping => ({
  id: 'to-rri',
  version: '1.0.0',
  type: ['RRI', 'I12', 'RRI_I12'],
  write(writing) {
    const [task] = writing.entries.of('Task');
    const answer = task && inTable(task.at('status'), ANSWERS, RULE);
    if (task === undefined || answer === undefined) {
      const text = 'no Task with a status that answers a referral';
      return { issues: [{ severity: 'error', code: 'required', expression: 'Bundle', text, rule: 'nothing-to-say' }] };
    }
    const { partner } = writing;
    const status = task.value?.status ?? '';
    const told = SAID_WHOLE.includes(status) ? [] : [task.leaf(task.at('status').path(), `Status: ${status}`, RULE)];
    const rf1 = asked?.first('RF1');
    const answered = new SheetSegment('RF1', {
      1: answer,
      ...Object.fromEntries([2, 3, 4, 5, 7, 8].map((field) => [field, copyField(rf1, field)])),
      6: rf1 === undefined ? ei(requestNumber(writing), partner) : copyField(rf1, 6),
      9: task.at('lastModified').saidAs(RULE, (text) => writeTime(text, partner.timezone)),
      10: cwe(task.at('statusReason'), partner),
      11: ei(
        each(task.at('identifier')).find(({ value }) => value?.system === WK_TASK),
        partner,
      ),
    });
    const control = headerText(asked, 10);
    const msa = control && new SheetSegment('MSA', { 1: constant('AA', RULE), 2: control });
    const repeated = Object.keys(task.value ?? {}).filter((key) => !ANSWER.includes(key));
    for (const key of repeated) task.at(key as keyof Task).pass('said in the request');
    const said = [...told, ...annotations(task.at('note'), partner), ...restOf(task, writing.entries)];
    return [...(msa ? [msa] : []), answered, ...whoAndWhom(asked, writing), ...notes(said)];
  },
});

const requestNumber = ({ entries }: Writing) => {
  const [request] = entries.of('ServiceRequest');
  return request && ownNumber(request.at('identifier'));
};

/** PRD and PID as the hospital wrote them; else from the transfer. */
function whoAndWhom(asked: Message | null, writing: Writing): SheetSegment[] {
  if (asked !== null) {
    return asked.segments.filter(({ name }) => name === 'PRD' || name === 'CTD' || name === 'PID').map(copySegment);
  }
  const [request] = writing.entries.of('ServiceRequest');
  const [patient] = writing.entries.of('Patient');
  const [pid] = patient === undefined ? [] : patientSegments(patient, writing, []);
  const asker = request && provider(request.at('requester'), 'RP', writing);
  return [asker, pid].filter((segment) => segment !== undefined);
}
