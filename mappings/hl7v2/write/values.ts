/** Observation.value[x] to OBX-2, -5 and -6: the inverse of `lab-oru/value.ts`. Numbers stay as they were written. */
import type { Attachment, Observation, ObservationComponent, Quantity, Range, Ratio } from 'fhir/r4.js';
import { SYSTEM } from '../../../profiles/canonical.ts';
import { constant, Leaf } from '../../draft.ts';
import { codeSystemName } from '../datatypes/code-system.ts';
import { isDecimal } from '../datatypes/nm.ts';
import { writeTime } from '../time.ts';
import { cwe } from './codes.ts';
import { since, type V2Partner } from './partner.ts';
import { times } from './persons.ts';
import { rep, type Rep, type Said } from './sheet.ts';
import type { Spot } from './spot.ts';

const RULE = 'write.OBX-5';

export interface WrittenValue {
  /** OBX-2. */
  readonly type: string;
  /** One repetition of OBX-5. */
  readonly value: Rep | undefined;
  /** OBX-6. */
  readonly unit?: Rep | undefined;
}

type Holder = Spot<Observation> | Spot<ObservationComponent>;

/** Undefined when there is no value, or none that OBX-5 can hold (sampled data): it stays unread. */
export function valueOf(holder: Holder, partner: V2Partner): WrittenValue | undefined {
  const one = holder as Spot<ObservationComponent>;
  const text = one.at('valueString');
  if (text.value !== undefined) return texts(text.value, text.said(RULE));
  if (one.value?.valueQuantity !== undefined) return quantity(one.at('valueQuantity'), partner);
  const concept = cwe(one.at('valueCodeableConcept'), partner);
  if (concept !== undefined) return { type: 'CWE', value: concept };
  const integer = one.at('valueInteger').said(RULE);
  if (integer !== undefined) return { type: 'NM', value: rep(integer) };
  const flag = one.at('valueBoolean');
  if (flag.value !== undefined) {
    const code = flag.saidAs(RULE, (said) => (said === 'true' ? 'Y' : 'N'));
    return { type: 'CWE', value: rep(code, undefined, constant('HL70136', RULE)) };
  }
  const at = one.at('valueDateTime').saidAs(RULE, (said) => writeTime(said, partner.timezone));
  if (at !== undefined) return { type: since(partner, '2.6') ? 'DTM' : 'TS', value: rep(at) };
  const clock = one.at('valueTime').saidAs(RULE, (said) => said.replaceAll(':', ''));
  if (clock !== undefined) return { type: 'TM', value: rep(clock) };
  if (one.value?.valuePeriod !== undefined) {
    return { type: 'DR', value: rep(...times(one.at('valuePeriod'), partner)) };
  }
  return range(one.at('valueRange'), partner) ?? ratio(one.at('valueRatio'));
}

/** ST holds one short line; more than that is TX. */
function texts(text: string, said: Said): WrittenValue {
  return { type: text.length > 199 || text.includes('\n') ? 'TX' : 'ST', value: rep(said) };
}

function quantity(measured: Spot<Quantity>, partner: V2Partner): WrittenValue | undefined {
  const value = measured.at('value').said(RULE);
  if (value === undefined) return undefined;
  const comparator = measured.at('comparator').said(RULE);
  const unit = unitOf(measured, partner);
  // A number with an exponent is none in HL7: it goes as the text it was written as.
  if (!isDecimal(value.value)) {
    const words = comparator === undefined ? value : new Leaf(comparator.value + value.value, value.place, RULE);
    return { type: 'ST', value: rep(words), unit };
  }
  if (comparator !== undefined) return { type: 'SN', value: rep(comparator, value), unit };
  return { type: 'NM', value: rep(value), unit };
}

/** UCUM code with the words shown beside it; a unit in words alone as it is. */
export function unitOf(measured: Spot<Quantity>, partner: V2Partner): Rep | undefined {
  const code = measured.at('code').said(RULE);
  const unit = measured.at('unit');
  if (code === undefined) return rep(unit.said(RULE));
  const system = measured.at('system').saidAs(RULE, (uri) => codeSystemName(uri, partner));
  const same = unit.value === code.value && measured.value?.system === SYSTEM.ucum;
  if (same) unit.pass('the code of the unit says it');
  return rep(code, same ? undefined : unit.said(RULE), system);
}

const plain = ({ value }: Spot<Quantity>): boolean => value?.comparator === undefined;
const unitText = ({ value }: Spot<Quantity>): string =>
  `${value?.system ?? ''}|${value?.code ?? ''}|${value?.unit ?? ''}`;

/** SN `^2^-^4`; with one limit `>=^2` or `<=^4`. Limits in different units stay unread. */
function range(limits: Spot<Range>, partner: V2Partner): WrittenValue | undefined {
  const [low, high] = [limits.at('low'), limits.at('high')];
  const both = low.value !== undefined && high.value !== undefined;
  if (low.value === undefined && high.value === undefined) return undefined;
  if (!plain(low) || !plain(high) || (both && unitText(low) !== unitText(high))) return undefined;
  const [from, to] = [low.at('value').said(RULE), high.at('value').said(RULE)];
  const unit = unitOf(both || from ? low : high, partner);
  if (both) high.pass('the unit of both limits is in OBX-6');
  const sign = (text: string): Leaf<string> => new Leaf(text, limits, RULE);
  if (from && to) return { type: 'SN', value: rep(undefined, from, sign('-'), to), unit };
  return { type: 'SN', value: from ? rep(sign('>='), from) : rep(sign('<='), to), unit };
}

/** SN `^1^:^128`, of two bare numbers. */
function ratio(parts: Spot<Ratio>): WrittenValue | undefined {
  const [up, down] = [parts.at('numerator'), parts.at('denominator')];
  const bare = [up, down].every(({ value }) => value?.value !== undefined && Object.keys(value).length === 1);
  if (!bare) return undefined;
  const sign = new Leaf(':', parts, RULE);
  return { type: 'SN', value: rep(undefined, up.at('value').said(RULE), sign, down.at('value').said(RULE)) };
}

/** HL7 table 0191. */
const MAIN: Readonly<Record<string, string>> = { application: 'Application', image: 'IM', text: 'TEXT', audio: 'AU' };

/** ED with the bytes in Base64 as they are, or RP where it is elsewhere; undefined when it is neither. */
export function attachmentOf(attachment: Spot<Attachment>): WrittenValue | undefined {
  const type = attachment.at('contentType');
  const [main = '', sub = ''] = (type.value ?? '').split(';')[0]?.split('/') ?? [];
  const said = [
    type.saidAs(RULE, () => MAIN[main] ?? (main || undefined)),
    type.saidAs(RULE, () => sub.toUpperCase() || undefined),
  ] as const;
  const data = attachment.at('data').said(RULE);
  if (data !== undefined) {
    return { type: 'ED', value: rep(undefined, ...said, new Leaf('Base64', attachment, RULE), data) };
  }
  const url = attachment.at('url').said(RULE);
  return url && { type: 'RP', value: rep(url, undefined, ...said) };
}
