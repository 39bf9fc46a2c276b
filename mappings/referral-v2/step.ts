/**
 * RRI^I12 (the VVT answers) and REF^I14 (the hospital withdraws) say one thing: the step of the Task. Their output is
 * that Task alone; the gateway finds the hosted one by the referral number and judges whether the step may be taken.
 */
import type { Task } from 'fhir/r4.js';
import { WK_CODES } from '../../profiles/canonical.ts';
import { BundleDraft, identifierOf } from '../bundle.ts';
import { constant, Leaf, type Draft, type Place } from '../draft.ts';
import { controlIdOf } from '../hl7v2/control-id.ts';
import { cellsIn, leafAt, leafFrom, readingFor, textOf, toldWith } from '../hl7v2/leaf.ts';
import type { Cell, Message, Repetition, Segment } from '../hl7v2/message.ts';
import { unusedOf } from '../hl7v2/segments/remainder.ts';
import { assignedSystem, conditionalUrl, derivedId } from '../identity.ts';
import type { Mapping, MappingContext, SourceSettings } from '../mapping.ts';
import { referralAnswer, referralChange, type ReferralNumber } from './answer.ts';

const MAPPING = { id: 'referral-step', version: '1.0.0' } as const;
const RULE = 'referral.step';

export interface ReferralStep {
  readonly status: 'accepted' | 'rejected' | 'received' | 'cancelled';
  /** Names of the transfer: a Task id as said, or conditional URLs of its request. */
  readonly of: readonly string[];
  readonly reason: { readonly code: string | undefined; readonly text: string | undefined } | undefined;
}

const STATUS = { accepted: 'accepted', rejected: 'rejected', pending: 'received' } as const;

/** The step a message takes; undefined when it is refused (the mapping says why). */
export function referralStepOf(message: Message, context: MappingContext): ReferralStep | undefined {
  const change = referralChange(message, context.source);
  if (change !== undefined) {
    if ('issues' in change) return undefined;
    return { status: 'cancelled', of: [conditionalUrl('ServiceRequest', change.request)], reason: undefined };
  }
  const answer = referralAnswer(message, context.source);
  if (!answer.ok) return undefined;
  const numbers = [answer.originating, answer.external].filter((number) => number !== undefined);
  return {
    status: STATUS[answer.answer],
    of: numbers.flatMap((number) => [number.value, ...requestsNamed(number, context)]),
    reason: answer.reason,
  };
}

/** The requester's number under the system each hospital of the coalition gives its own. */
function requestsNamed(number: ReferralNumber, { source, region }: MappingContext): string[] {
  const hospitals = (region?.parties ?? []).filter(({ kind }) => kind === 'hospital');
  const askers: readonly SourceSettings[] =
    hospitals.length === 0 ? [source] : hospitals.map((party) => ({ ...source, party }));
  return askers.map((asker) =>
    conditionalUrl('ServiceRequest', {
      system: assignedSystem(asker, 'request', number.assigner),
      value: number.value,
    }),
  );
}

export const referralStep: Mapping<Message> = {
  ...MAPPING,
  map(message, context) {
    const { source } = context;
    const change = referralChange(message, source);
    if (change !== undefined && 'issues' in change) return { ok: false, issues: change.issues };
    const answer = change === undefined ? referralAnswer(message, source) : undefined;
    if (answer?.ok === false) return { ok: false, issues: answer.issues };
    const step = referralStepOf(message, context);
    if (step === undefined) return { ok: false, issues: [] };
    const rf1 = message.first('RF1');
    const reading = readingFor(source);
    const bundle = new BundleDraft(source, controlIdOf(message));
    const place: Place = change === undefined ? (rf1?.at(1) ?? EVENT(message)) : EVENT(message);
    const number = rf1?.at(6);
    const id = derivedId(source, step.of[0] ?? controlIdOf(message), 'Task');
    const said: Draft<Task['statusReason']> =
      rf1 === undefined || step.reason === undefined
        ? undefined
        : {
            coding:
              step.reason.code === undefined
                ? undefined
                : [{ system: constant(WK_CODES, RULE), code: codeAt(rf1.rep(10), step.reason.code) }],
            text: step.reason.text === undefined ? undefined : wordsAt(message, rf1, step.reason.text),
          };
    if (change !== undefined) message.header.markUsed(message.header.at(9, 2));
    else if (rf1 !== undefined) rf1.markUsed(rf1.at(1));
    bundle.add<Task>('Task', id, () => ({
      identifier: [identifierOf(id)],
      status: new Leaf<Task['status']>(step.status, place, RULE),
      statusReason: said,
      intent: constant('order', RULE),
      focus:
        number === undefined || !number.filled
          ? undefined
          : {
              type: constant('ServiceRequest', RULE),
              identifier: { value: numberAt(number) },
            },
    }));
    return {
      ok: true,
      mapping: MAPPING,
      entries: bundle.entries(),
      warnings: reading.warnings,
      unused: () => unusedOf(message, 'only the step is taken: the content came with the referral'),
    };
  },
};

/** The gateway finds the transfer by number and assigner; the Task names the number. */
function numberAt(number: Cell): Leaf<string> | undefined {
  const [, ...assigner] = cellsIn(number.segment.rep(number.field));
  for (const cell of assigner) cell.segment.markUsed(cell, toldWith(number));
  return textOf(number, RULE);
}

function codeAt(reason: Repetition, code: string): Leaf<string> {
  const system = reason.cell(3);
  if (system.filled) system.segment.markUsed(system, toldWith(reason.cell(1)));
  return leafAt(reason.cell(1), code, RULE);
}

/** RF1-10 in words, and the notes of the message. */
function wordsAt(message: Message, rf1: Segment, text: string): Leaf<string> {
  const words = rf1.reps(10).map((reason) => (reason.cell(2).filled ? reason.cell(2) : reason.cell(9)));
  const notes = message.all('NTE').flatMap((nte) => nte.reps(3).map((line) => line.cell(1)));
  const [first, ...others] = [...words, ...notes].filter(({ filled }) => filled);
  return leafFrom([first ?? rf1.at(10), ...others], text, RULE);
}

const EVENT = (message: Message): Place => message.header.at(9, 2);
