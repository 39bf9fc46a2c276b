/** RRI^I12 and REF^I13, I14: which referral they speak of, and what they say of it (HL7 v2.5 §11.4, §11.5). */
import type { BusinessId } from '../identity.ts';
import type { Issue } from '../../profiles/issue.ts';
import { WK_CODES } from '../../profiles/canonical.ts';
import type { SourceSettings } from '../mapping.ts';
import { codesOf } from '../hl7v2/datatypes/cwe.ts';
import { readingFor } from '../hl7v2/leaf.ts';
import type { Message, Repetition } from '../hl7v2/message.ts';
import { requestKey } from './request-key.ts';

/** A referral number as the answering party writes it: its assigner is a name of whoever gave the number. */
export interface ReferralNumber {
  readonly value: string;
  /** EI.2, '' when absent. */
  readonly assigner: string;
}

export interface ReferralAnswer {
  readonly ok: true;
  /** RF1-6 (the requester's number) and RF1-11 (the number of the one who answers), as far as filled. */
  readonly originating: ReferralNumber | undefined;
  readonly external: ReferralNumber | undefined;
  /** MSA-2: MSH-10 of the REF^I12 that is answered; '' when absent. */
  readonly controlId: string;
  readonly answer: 'accepted' | 'rejected' | 'pending';
  /** RF1-10: code of `/CodeSystem/wk` (`no-capacity^^WK`) where it is one. */
  readonly reason: { readonly code: string | undefined; readonly text: string | undefined } | undefined;
}

const ANSWERS = { A: 'accepted', R: 'rejected', P: 'pending' } as const;
type Answer = keyof typeof ANSWERS;
const isAnswer = (code: string): code is Answer => Object.hasOwn(ANSWERS, code);

/** Refused at its place: no RF1, RF1-1 other than A, R or P (table 0283), nothing that names the referral. */
export function referralAnswer(
  message: Message,
  source: SourceSettings,
): ReferralAnswer | { readonly ok: false; readonly issues: readonly Issue[] } {
  const rf1 = message.first('RF1');
  if (rf1 === undefined) return refused('required', 'RF1', 'required-segment', 'An answer to a referral needs RF1.');
  const status = rf1.at(1);
  const code = status.text.trim();
  if (!isAnswer(code)) {
    const text = 'RF1-1 is A (accepted), R (rejected) or P (pending).';
    return refused('code-invalid', status.path(), 'wk-referral-status', text);
  }
  const originating = numberOf(rf1.rep(6));
  const external = numberOf(rf1.rep(11));
  const controlId = message.first('MSA')?.at(2).text.trim() ?? '';
  if (originating === undefined && external === undefined && controlId === '') {
    return refused('required', rf1.rep(6).path(), 'wk-referral-id', 'Which referral is answered: RF1-6 is empty.');
  }
  return { ok: true, originating, external, controlId, answer: ANSWERS[code], reason: reasonOf(message, source) };
}

const refused = (code: Issue['code'], expression: string, rule: string, text: string) => ({
  ok: false as const,
  issues: [{ severity: 'error' as const, code, expression, text, rule }],
});

function numberOf(repetition: Repetition): ReferralNumber | undefined {
  const value = repetition.cell(1).text.trim();
  return value === '' ? undefined : { value, assigner: repetition.cell(2).text.trim() };
}

/** RF1-10, its words, and the notes of the message. */
function reasonOf(message: Message, source: SourceSettings): ReferralAnswer['reason'] {
  const codes = (message.first('RF1')?.reps(10) ?? []).flatMap((repetition) =>
    codesOf(repetition, 'referral.reason', readingFor(source)),
  );
  const own = codes.find(({ system }) => system === WK_CODES);
  const said = (message.first('RF1')?.reps(10) ?? []).map((one) => (one.cell(2).text || one.cell(9).text).trim());
  const notes = message.all('NTE').flatMap((nte) => nte.reps(3).map((one) => one.cell(1).text.trimEnd()));
  // A code of another system says nothing here without its words.
  const others = codes.filter((one) => one !== own && one.display === undefined).map(({ code }) => code);
  const text = [...said, ...others, ...notes].filter((one) => one !== '').join('\n');
  if (own === undefined && text === '') return undefined;
  return { code: own?.code, text: text === '' ? undefined : text };
}

export interface ReferralChange {
  /** `change` (I13): the same mapping again, of the new content. `cancel` (I14). */
  readonly kind: 'change' | 'cancel';
  /** The identifier the ServiceRequest of that referral has. */
  readonly request: BusinessId;
}

/** What a REF^I13 or I14 does; undefined for another event. RF1-6 empty: nothing names the referral, and it is refused. */
export function referralChange(
  message: Message,
  source: SourceSettings,
): ReferralChange | { readonly issues: readonly Issue[] } | undefined {
  const event = message.header.at(9, 2).text.trim();
  if (event !== 'I13' && event !== 'I14') return undefined;
  const { id, number } = requestKey(message, readingFor(source));
  if (number === undefined) {
    return refused('required', 'RF1-6', 'wk-referral-id', 'Which referral is changed: RF1-6 is empty.');
  }
  return { kind: event === 'I13' ? 'change' : 'cancel', request: id };
}
