/** Encounter to PV1: the inverse of `segments/pv1.ts`. */
import type { Encounter } from 'fhir/r4.js';
import { constant } from '../../draft.ts';
import { cwe } from './codes.ts';
import { cx, isDerived } from './numbers.ts';
import type { Writing } from './partner.ts';
import { inTable, times } from './persons.ts';
import { xcn } from './people.ts';
import { putBack } from './put-back.ts';
import { rep, SheetSegment, type Rep } from './sheet.ts';
import { each, type Spot } from './spot.ts';

const RULE = 'write.pv1';
/** v3-ActCode to HL7 table 0004. */
const CLASSES = { EMER: 'E', IMP: 'I', ACUTE: 'I', NONAC: 'I', AMB: 'O', HH: 'O', VR: 'O', PRENC: 'P' };
/** v3-ParticipationType to the field of who it is. */
const PARTICIPANTS = { ATND: 7, REF: 8, CON: 9, ADM: 17 } as const;

export function staySegments(stay: Spot<Encounter> | undefined, writing: Writing): SheetSegment[] {
  if (stay === undefined) return [];
  const { partner } = writing;
  const inside = stay.at('hospitalization');
  const [start, end] = times(stay.at('period'), partner);
  const people = participants(stay, writing);
  const [type] = each(stay.at('type'));
  const pv1 = new SheetSegment('PV1', {
    1: constant('1', RULE),
    2: classOf(stay),
    3: place(stay, writing),
    4: type && cwe(type, partner),
    5:
      inside.value?.preAdmissionIdentifier === undefined ? undefined : cx(inside.at('preAdmissionIdentifier'), partner),
    7: people[7],
    8: people[8],
    9: people[9],
    10: cwe(stay.at('serviceType'), partner),
    13: cwe(inside.at('reAdmission'), partner),
    14: cwe(inside.at('admitSource'), partner),
    17: people[17],
    19: numberOf(stay, writing),
    36: cwe(inside.at('dischargeDisposition'), partner),
    44: start,
    45: end,
  });
  stay.at('status').pass('begin and end say it');
  const reasons = each(stay.at('reasonCode'))
    .slice(0, 1)
    .map((one) => cwe(one, partner));
  const priority = cwe(stay.at('priority'), partner);
  const pv2 = reasons.length > 0 || priority ? [new SheetSegment('PV2', { 3: reasons, 25: priority })] : [];
  const all = [pv1, ...pv2];
  putBack(stay, all);
  return all;
}

function classOf(stay: Spot<Encounter>) {
  const kind = stay.at('class');
  const known = inTable(kind.at('code'), CLASSES, RULE) ?? kind.at('code').said(RULE);
  kind.at('system').pass('table 0004');
  kind.at('display').pass('table 0004');
  return known;
}

function participants(stay: Spot<Encounter>, writing: Writing): Partial<Record<7 | 8 | 9 | 17, (Rep | undefined)[]>> {
  const found: Partial<Record<7 | 8 | 9 | 17, (Rep | undefined)[]>> = {};
  for (const one of each(stay.at('participant'))) {
    const codes = (one.value?.type ?? []).flatMap(({ coding }) => coding?.map(({ code }) => code) ?? []);
    const code = codes.find((known) => known !== undefined && Object.hasOwn(PARTICIPANTS, known));
    const person = code === undefined ? undefined : xcn(one.at('individual'), writing);
    if (person === undefined) continue;
    const field = PARTICIPANTS[code as keyof typeof PARTICIPANTS];
    one.at('type').pass('the field says in which role');
    found[field] = [...(found[field] ?? []), person];
  }
  return found;
}

/** The place in words (PL.9): which of its parts is which, the name does not tell. */
function place(stay: Spot<Encounter>, { entries }: Writing): Rep | undefined {
  const [where] = each(stay.at('location'));
  if (where === undefined) return undefined;
  const location = entries.follow(where.at('location'), 'Location');
  where.at('status').pass('begin and end say it');
  const name = location?.at('name').said(RULE) ?? where.at('location').at('display').said(RULE);
  return rep(...Array.from({ length: 8 }, () => undefined), name);
}

function numberOf(stay: Spot<Encounter>, { partner }: Writing): Rep | undefined {
  const number = each(stay.at('identifier')).find((one) => !isDerived(one));
  return number && cx(number, partner);
}
