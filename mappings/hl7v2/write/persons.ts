/** HumanName, Address and ContactPoint to XPN, XAD and XTN: the inverse of `datatypes/xpn.ts`, `xad.ts` and `xtn.ts`. */
import type { Address, ContactPoint, Element, Extension, HumanName, Period } from 'fhir/r4.js';
import { constant, Leaf } from '../../draft.ts';
import { writeTime } from '../time.ts';
import type { V2Partner } from './partner.ts';
import { rep, type Rep, type Said } from './sheet.ts';
import { each, type Spot } from './spot.ts';

const RULE = 'write.person';
const EXT = 'http://hl7.org/fhir/StructureDefinition/';

/** Text of an extension of an element, by its url. */
function extension(element: Spot<Element>, url: string): Said {
  const found = each<Extension>(element.at('extension')).find(({ value }) => value?.url === url);
  found?.at('url').pass('the field says what it is');
  return found?.at('valueString').said(RULE) ?? found?.at('valueCode').said(RULE);
}

/** Start and end, each on the receiver's clock. */
export function times(period: Spot<Period>, { timezone }: V2Partner): [Said, Said] {
  const time = (text: string): string => writeTime(text, timezone);
  return [period.at('start').saidAs(RULE, time), period.at('end').saidAs(RULE, time)];
}

/** A code of ours to a code of theirs, by a small table. */
export const inTable = (code: Spot<string>, table: Readonly<Record<string, string>>, rule = RULE): Said =>
  code.saidAs(rule, (text) => (Object.hasOwn(table, text) ? table[text] : undefined));

const NAME_USES = { official: 'L', usual: 'D', maiden: 'M', nickname: 'N', anonymous: 'MSK', old: 'BAD', temp: 'TEMP' };

interface NameParts {
  readonly family: readonly Said[];
  readonly given: Said;
  readonly further: Said;
  readonly suffix: Said;
  readonly prefix: Said;
  readonly degree: Said;
}

/** Family name with its Dutch parts, given names, prefix and suffix. A name that is words alone stands as family name. */
export function nameParts(name: Spot<HumanName>): NameParts {
  const element = name.at('_family');
  const part = (kind: string): Said => extension(element, `${EXT}humanname-${kind}`);
  const family = [part('own-prefix'), part('own-name'), part('partner-prefix'), part('partner-name')];
  const [first, ...others] = each(name.at('given'));
  const [last, ...degrees] = each(name.at('suffix'));
  const [given, further] = [first?.said(RULE), joined(others)];
  const [suffix, degree] = [last?.said(RULE), joined(degrees)];
  const whole = name.at('family').said(RULE);
  const said = { given, further, suffix, degree, prefix: joined(each(name.at('prefix'))) };
  name.at('_given').pass('whether a given name is an initial shows from itself');
  const text = name.at('text');
  const words = [...family, whole, given, further, suffix, degree, said.prefix].flatMap((leaf) => leaf?.value ?? []);
  const isSaid = (text.value ?? '').split(/\s+/).every((word) => words.some((one) => one.split(/\s+/).includes(word)));
  if (isSaid) text.pass('the parts of the name say it');
  const shown = whole ?? (words.length === 0 ? text.said(RULE) : undefined);
  return { ...said, family: [shown, ...family] };
}

/** Several texts in one component, parted by blanks. */
function joined(texts: readonly Spot<string>[]): Said {
  const [first, ...others] = texts;
  const said = first?.said(RULE);
  if (said === undefined || others.length === 0) return said;
  const more = others.map((one) => one.saidIn(`in one text with ${said.place.path()}`, RULE)?.value ?? '');
  return new Leaf([said.value, ...more].join(' '), said.place, RULE);
}

export function xpn(name: Spot<HumanName>, partner: V2Partner): Rep | undefined {
  const { family, given, further, suffix, prefix, degree } = nameParts(name);
  const use = inTable(name.at('use'), NAME_USES);
  const order = extension(name, `${EXT}humanname-assembly-order`);
  const [start, end] = times(name.at('period'), partner);
  return rep(family, given, further, suffix, prefix, degree, use, undefined, undefined, undefined, order, start, end);
}

const ADXP = `${EXT}iso21090-ADXP-`;
const ADDRESS_TYPE = 'http://nictiz.nl/fhir/StructureDefinition/ext-AddressInformation.AddressType';
/** zib AdresSoort (v3-AddressUse) to HL7 table 0190. */
const ADDRESS_TYPES = { HP: 'H', PST: 'M', WP: 'B', TMP: 'C', HV: 'HV' };
const ADDRESS_USES = { home: 'H', work: 'B', temp: 'C', old: 'BA', billing: 'BI' };

export function xad(address: Spot<Address>, partner: V2Partner): Rep | undefined {
  const [line, ...more] = each(address.at('line'));
  const parts = each(address.at('_line'))[0];
  const [street, number, addition] = ['streetName', 'houseNumber', 'buildingNumberSuffix'].map(
    (name) => parts && extension(parts, ADXP + name),
  );
  const said = [line?.said(RULE), street, number];
  const second = addition ?? joined(more);
  const zib = each<Extension>(address.at('extension')).find(({ value }) => value?.url === ADDRESS_TYPE);
  const code = zib && each(zib.at('valueCodeableConcept').at('coding'))[0]?.at('code');
  const type = code && inTable(code, ADDRESS_TYPES);
  if (type !== undefined) {
    for (const one of [zib, address.at('use'), address.at('type')]) one?.pass('table 0190 says which address it is');
  }
  const use = type ?? (address.value?.type === 'postal' ? inTable(address.at('type'), { postal: 'M' }) : undefined);
  const [start, end] = times(address.at('period'), partner);
  return rep(
    said,
    second,
    ...(['city', 'state', 'postalCode', 'country'] as const).map((key) => address.at(key).said(RULE)),
    use ?? inTable(address.at('use'), ADDRESS_USES),
    undefined,
    address.at('district').said(RULE),
    ...[undefined, undefined, undefined, start, end],
  );
}

const TELECOM_USES = { home: 'PRN', work: 'WPN', mobile: 'PRS', temp: 'VHN' };
const EQUIPMENT = { phone: 'PH', fax: 'FX', pager: 'BP', sms: 'CP', other: 'MD' };
const MOBILE = 'MC';

/** A mail address as `^NET^Internet^…`; anything else as a number of its equipment. */
export function xtn(point: Spot<ContactPoint>, partner: V2Partner): Rep | undefined {
  const value = point.at('value').said(RULE);
  if (value === undefined) return undefined;
  const system = point.at('system');
  const [start, end] = times(point.at('period'), partner);
  const period = [undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined, start, end];
  if (system.value === 'email' || system.value === 'url') {
    return rep(
      undefined,
      constant('NET', RULE),
      system.saidAs(RULE, () => 'Internet'),
      value,
      ...period,
    );
  }
  const zib = point.at('_system');
  const isMobile = JSON.stringify(zib.value ?? '').includes(`"${MOBILE}"`) || point.value?.use === 'mobile';
  zib.pass('the equipment (XTN.3) says it');
  const equipment = isMobile ? system.saidAs(RULE, () => 'CP') : inTable(system, EQUIPMENT);
  return rep(value, inTable(point.at('use'), TELECOM_USES), equipment, undefined, ...period);
}
