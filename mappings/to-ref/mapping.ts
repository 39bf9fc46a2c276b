/**
 * A question to a medebehandelaar to REF^I12 (HL7 v2.5 §11.5) for a partner that takes no FHIR: who asks, whom, about
 * which patient, what, with what belongs to it.
 */
import type { Observation, ServiceRequest } from 'fhir/r4.js';
import { isQuestion } from '../co-treatment-fhir/conversation.ts';
import { constant } from '../draft.ts';
import { aboutPatient } from '../hl7v2/write/about.ts';
import { allergySegment, diagnosisSegment } from '../hl7v2/write/clinical.ts';
import { cwe } from '../hl7v2/write/codes.ts';
import type { V2Mapping } from '../hl7v2/write/message.ts';
import { annotations, notes } from '../hl7v2/write/notes.ts';
import { ei, ownNumber } from '../hl7v2/write/numbers.ts';
import type { Writing } from '../hl7v2/write/partner.ts';
import { inTable } from '../hl7v2/write/persons.ts';
import { anyone, provider } from '../hl7v2/write/provider.ts';
import { putBack } from '../hl7v2/write/put-back.ts';
import { restOf } from '../hl7v2/write/rest.ts';
import { SheetSegment } from '../hl7v2/write/sheet.ts';
import { each, type Spot } from '../hl7v2/write/spot.ts';
import { writeTime } from '../hl7v2/time.ts';
import { resultSegments } from '../to-oru/result.ts';

const RULE = 'to-ref';
/** HL7 table 0280. */
const PRIORITIES = { stat: 'S', asap: 'A', routine: 'R' };

/** Refused: a Bundle without a question. */
export const toRef: V2Mapping = {
  id: 'to-ref',
  version: '1.0.0',
  type: ['REF', 'I12', 'REF_I12'],
  write(writing) {
    const { entries } = writing;
    const question = entries.of('ServiceRequest').find(({ value }) => value !== undefined && isQuestion(value));
    if (question === undefined) {
      const text = 'no question to a medebehandelaar';
      return { issues: [{ severity: 'error', code: 'required', expression: 'Bundle', text, rule: 'nothing-to-say' }] };
    }
    const rf1 = referral(question, writing);
    const about = aboutPatient(writing, 'NK1');
    const providers = providersOf(question, writing);
    const problems = entries.of('Condition').map((one, at) => diagnosisSegment(one, at + 1, writing));
    const allergies = entries.of('AllergyIntolerance').map((one, at) => allergySegment(one, at + 1, writing));
    const observed = observations(question, entries.of('Observation'), writing);
    for (const list of ['supportingInfo', 'reasonReference'] as const) {
      for (const one of each(question.at(list))) if (entries.target(one)) one.pass('it goes with the question');
    }
    const said = annotations(question.at('note'), writing.partner);
    putBack(question, [rf1]);
    const rest = [...said, ...about.rest()];
    return [rf1, ...providers, ...about.person, ...problems, ...allergies, ...observed, ...about.stay, ...notes(rest)];
  },
};

/** RF1-6 is the number the answer names (TXA-14 of an MDM^T02); RF1-8 when an answer is wanted at last. */
function referral(question: Spot<ServiceRequest>, { entries, partner }: Writing): SheetSegment {
  const time = (text: string): string => writeTime(text, partner.timezone);
  const task = entries.of('Task').find((one) => entries.target(one.at('focus')) === question);
  const wanted = task?.at('restriction').at('period').at('end').saidAs(RULE, time);
  question.at('status').pass('a question that is sent is one in force');
  question.at('intent').pass('a question that is sent is one in force');
  task?.at('status').pass('RF1-1');
  task?.at('intent').pass('RF1-1');
  task?.at('code').pass('RF1-1');
  task?.at('requester').pass('said with the question');
  task?.at('authoredOn').pass('said with the question');
  return new SheetSegment('RF1', {
    1: constant('P', RULE),
    2: inTable(question.at('priority'), PRIORITIES, RULE),
    6: ei(ownNumber(question.at('identifier')), partner),
    7: question.at('authoredOn').saidAs(RULE, time),
    8: wanted,
    10: each(question.at('reasonCode')).map((one) => cwe(one, partner)),
  });
}

function providersOf(question: Spot<ServiceRequest>, writing: Writing): SheetSegment[] {
  const { entries, partner } = writing;
  const asked = each(question.at('performer')).map((one) => provider(one, 'RT', writing));
  const task = entries.of('Task').find((one) => entries.target(one.at('focus')) === question);
  const owner = asked.length === 0 && task ? provider(task.at('owner'), 'RT', writing) : undefined;
  const profession = anyone(cwe(question.at('performerType'), partner));
  const asker = provider(question.at('requester'), 'RP', writing);
  return [asker, ...asked, owner, profession].filter((segment) => segment !== undefined);
}

/** OBR-2 and -4: the question as an order, for receivers that answer orders; the observations stand under it. */
function observations(question: Spot<ServiceRequest>, observed: readonly Spot<Observation>[], writing: Writing) {
  const { partner, entries } = writing;
  const obr = new SheetSegment('OBR', {
    1: constant('1', RULE),
    2: ei(ownNumber(question.at('identifier')), partner),
    4: cwe(question.at('code'), partner),
  });
  let next = 1;
  const results = observed.flatMap((one, index) => {
    const subId = (one.value?.component?.length ?? 0) > 0 ? String(index + 1) : '';
    const { segments, comments } = resultSegments(one, next, subId, writing);
    next += segments.length;
    putBack(one, segments.slice(0, 1));
    one.at('category').pass('the code says it');
    return [...segments, ...notes([...comments, ...restOf(one, entries)])];
  });
  return [obr, ...results];
}
