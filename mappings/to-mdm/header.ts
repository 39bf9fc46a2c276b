/** TXA, and ORC and OBR with the question: the inverse of `document-mdm/composition.ts`, `status.ts` and `question.ts`. */
import type { Identifier, Reference } from 'fhir/r4.js';
import { SYSTEM } from '../../profiles/canonical.ts';
import { constant, Leaf } from '../draft.ts';
import { cwe } from '../hl7v2/write/codes.ts';
import { ei } from '../hl7v2/write/numbers.ts';
import { since, type Writing } from '../hl7v2/write/partner.ts';
import { inTable } from '../hl7v2/write/persons.ts';
import { xcn } from '../hl7v2/write/people.ts';
import { putBack } from '../hl7v2/write/put-back.ts';
import { SheetSegment, type Rep, type Said } from '../hl7v2/write/sheet.ts';
import { each, type Spot } from '../hl7v2/write/spot.ts';
import { writeTime } from '../hl7v2/time.ts';
import { v2Table } from '../terminology/translate.ts';
import { statusCode } from '../to-oru/status.ts';
import type { Document } from './document.ts';

const RULE = 'to-mdm.header';

/** HL7 table 0270 by LOINC. */
const TYPES: Readonly<Record<string, string>> = { '11488-4': 'CN', '18842-5': 'DS' };
/** HL7 table 0271. */
const COMPLETION = { table: '0271', codes: { preliminary: 'IP', final: 'AU', amended: 'AU' } };
const CONFIDENTIALITY = { V: 'V', R: 'R', N: 'U' };

export function documentHeader({ composition, reply }: Document, writing: Writing): SheetSegment {
  const { partner } = writing;
  const time = (text: string): string => writeTime(text, partner.timezone);
  const [question] = reply ? questionsOf(reply.at('inResponseTo'), reply.at('basedOn')) : [];
  const number = composition?.value?.identifier === undefined ? undefined : composition.at('identifier');
  const own = number ?? (reply && each(reply.at('identifier'))[0]);
  const authors = composition ? each(composition.at('author')) : reply ? [reply.at('sender')] : [];
  const attesters = composition ? each(composition.at('attester')) : [];
  const withdrawn = [composition?.value?.status, reply?.value?.status].includes('entered-in-error');
  const txa = new SheetSegment('TXA', {
    1: constant('1', RULE),
    2: typeOf({ composition, reply }),
    3: constant('TX', RULE),
    6: composition?.at('date').saidAs(RULE, time),
    9: authors.map((author) => xcn(author, writing)),
    12: own && ei(own, partner),
    14: question && ei(question, partner),
    17: completion({ composition, reply }),
    18: composition && inTable(composition.at('confidentiality'), CONFIDENTIALITY, RULE),
    19: constant(withdrawn ? 'CA' : 'AV', RULE),
    22: attesters.map((one) => attester(one.at('party'), one.at('time').saidAs(RULE, time), writing)),
    23: reply ? each(reply.at('recipient')).map((one) => xcn(one, writing)) : [],
    25: since(partner, '2.6') ? composition?.at('title').said(RULE) : undefined,
  });
  for (const one of attesters) one.at('mode').pass('TXA-22');
  reply?.at('sender').pass('the author of the document');
  if (composition) putBack(composition, [txa]);
  return txa;
}

function completion({ composition, reply }: Document): Said {
  const said = composition && statusCode(composition, COMPLETION);
  // An answer that was not given is told in words; one that was, by the document.
  if (reply?.value?.status === 'completed' || reply?.value?.status === 'in-progress') reply.at('status').pass('TXA-17');
  for (const one of [composition, reply]) {
    if (one?.value?.status === 'entered-in-error') (one as Spot<{ status?: string }>).at('status').pass('TXA-19');
  }
  return said ?? constant(reply?.value?.status === 'in-progress' ? 'IP' : 'AU', RULE);
}

/** PPN: who, and when in its component 15. */
function attester(party: Spot<Reference>, at: Said, writing: Writing): Rep | undefined {
  const person = party.value === undefined ? undefined : xcn(party, writing);
  if (at === undefined) return person;
  const components = person?.components ?? [];
  return { components: [...components, ...Array.from({ length: 14 - components.length }, () => undefined), at] };
}

/** Table 0270 where it was said or the LOINC code tells; the type itself stands in OBR-4 or in words. */
function typeOf({ composition }: Document): Said {
  const codings = composition ? each(composition.at('type').at('coding')) : [];
  const own = codings.find(({ value }) => value?.system === v2Table('0270'));
  if (own !== undefined) return own.at('code').said(RULE);
  const loinc = codings.find(({ value }) => value?.system === SYSTEM.loinc && TYPES[value.code ?? ''] !== undefined);
  const code = TYPES[loinc?.value?.code ?? ''];
  return loinc && code !== undefined ? new Leaf(code, loinc.at('code'), RULE) : constant('CN', RULE);
}

/** The asker's numbers of what is answered, each once. */
function questionsOf(...lists: readonly Spot<Reference[]>[]): Spot<Identifier>[] {
  const found: Spot<Identifier>[] = [];
  for (const one of lists.flatMap((list) => each(list))) {
    if (one.value?.identifier?.value === undefined) continue;
    const number = one.at('identifier');
    const again = found.some(
      ({ value }) => value?.value === number.value?.value && value?.system === number.value?.system,
    );
    if (again) one.pass('said once');
    else found.push(number);
    one.at('type').pass('TXA-14');
  }
  return found;
}

/** ORC and OBR for each question: receivers find the order they sent by OBR-2. */
export function orderSegments({ composition, reply }: Document, { entries, partner }: Writing): SheetSegment[] {
  if (reply === undefined) return [];
  const asked = [...each(reply.at('inResponseTo')), ...each(reply.at('basedOn'))];
  for (const one of asked) if (entries.target(one) !== undefined) one.pass('it goes with the answer');
  return questionsOf(reply.at('inResponseTo'), reply.at('basedOn')).flatMap((number, index) => {
    const segments = [
      new SheetSegment('ORC', { 1: constant('RE', RULE), 2: ei(number, partner) }),
      new SheetSegment('OBR', {
        1: constant(String(index + 1), RULE),
        2: ei(number, partner),
        4: composition && cwe(composition.at('type'), partner),
      }),
    ];
    if (composition && index === 0) putBack(composition, segments);
    return segments;
  });
}
