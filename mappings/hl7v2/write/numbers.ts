/** Identifier to EI, CX and the assigning authority (HD): the inverse of `datatypes/ei.ts`, `cx.ts` and `hd.ts`. */
import type { Identifier } from 'fhir/r4.js';
import { SYSTEM, WK_BASE, WK_DERIVED } from '../../../profiles/canonical.ts';
import { Leaf } from '../../draft.ts';
import type { V2Partner } from './partner.ts';
import { rep, type Rep, type Said } from './sheet.ts';
import { each, type Spot } from './spot.ts';
import { writeTime } from '../time.ts';

const RULE = 'write.number';
const NAMING = `${WK_BASE}/NamingSystem/`;

/** Registers by the name Dutch messages use for who keeps them. */
const REGISTERS: ReadonlyMap<string, string> = new Map([
  [SYSTEM.agb, 'VEKTIS'],
  [SYSTEM.big, 'BIG'],
  [SYSTEM.uzi, 'UZI'],
  [SYSTEM.ura, 'URA'],
  [SYSTEM.uzovi, 'UZOVI'],
]);

/** HD: namespace, universal id and its type. */
type Authority = readonly [namespace: string, universalId: string, type: string];

function authorityOf(system: string, name: string, { party }: V2Partner): Authority {
  const register = REGISTERS.get(system);
  if (register !== undefined) return [register, '', ''];
  if (system.startsWith(NAMING)) {
    const [by = '', , assigner = ''] = system.slice(NAMING.length).split('/');
    const own = party === null || by === party ? '' : by;
    return [assigner === '' ? own : decodeURIComponent(assigner), '', ''];
  }
  if (system.startsWith('urn:oid:')) return [name, system.slice('urn:oid:'.length), 'ISO'];
  if (system.startsWith('urn:uuid:')) return [name, system.slice('urn:uuid:'.length), 'UUID'];
  return [name, system, 'URI'];
}

/** Says the system as an authority, and counts the assigner's name as read where it is said. */
export function authority(number: Spot<Identifier>, partner: V2Partner): [Said, Said, Said] {
  const assigner = number.at('assigner').at('display');
  const system = number.at('system');
  const parts = system.value === undefined ? undefined : authorityOf(system.value, assigner.value ?? '', partner);
  if (parts === undefined) return [assigner.said(RULE), undefined, undefined];
  if (parts[0] === assigner.value) assigner.pass('the name of who gave the number is its authority');
  const said = (index: 0 | 1 | 2): Said => system.saidAs(RULE, () => (parts[index] === '' ? undefined : parts[index]));
  system.pass('the number stands under the receiver’s own authority');
  return [said(0), said(1), said(2)];
}

/** Numbers the gateway made itself; they say nothing elsewhere, but name the thing when nothing else does. */
export const isDerived = ({ value }: Spot<Identifier>): boolean => value?.system === WK_DERIVED;

const typeOf = ({ value }: Spot<Identifier>): string | undefined => value?.type?.coding?.[0]?.code;

/** The number of this type (`PLAC`, `FILL`) of table 0203. */
export const numberTyped = (numbers: Spot<Identifier[]>, type: string): Spot<Identifier> | undefined =>
  each(numbers).find((one) => typeOf(one) === type);

/** The sender's own number; else the one the gateway made, so that the next message names the same thing. */
export const ownNumber = (numbers: Spot<Identifier[]>): Spot<Identifier> | undefined =>
  each(numbers).find((one) => !isDerived(one) && one.value?.value !== undefined) ?? each(numbers)[0];

/** EI, also as subcomponents: value, namespace, universal id, its type. */
export function entityParts(number: Spot<Identifier> | undefined, partner: V2Partner): Said[] {
  if (number === undefined) return [];
  const value = number.at('value').said(RULE);
  number.at('type').pass('the field says what sort of number it is');
  number.at('use').pass('the field says what sort of number it is');
  return [value, ...authority(number, partner)];
}

export const ei = (number: Spot<Identifier> | undefined, partner: V2Partner): Rep | undefined =>
  rep(...entityParts(number, partner));

const CHECK_DIGIT = 'http://hl7.org/fhir/StructureDefinition/identifier-checkDigit';

/** CX of a person or a stay; a BSN as Dutch messages write it. */
export function cx(number: Spot<Identifier>, partner: V2Partner): Rep | undefined {
  const value = number.at('value').said(RULE);
  if (value === undefined) return undefined;
  number.at('use').pass('table 0203 says what sort of number it is');
  if (number.value?.system === SYSTEM.bsn) {
    const system = number.at('system');
    number.at('type').pass('NNNLD says it is the national number');
    number.at('assigner').pass('NLMINBIZA says who gives it');
    const by = system.saidAs(RULE, () => 'NLMINBIZA');
    return rep(value, undefined, undefined, by, new Leaf('NNNLD', system, RULE));
  }
  const type = each(number.at('type').at('coding'))[0];
  const code = type?.at('code').said(RULE);
  type?.pass('table 0203');
  const digit = each(number.at('extension')).find((one) => one.value?.url === CHECK_DIGIT);
  const check = digit?.at('valueString').said(RULE);
  digit?.pass('check digit');
  const period = number.at('period');
  const time = (text: string): string => writeTime(text, partner.timezone);
  const [from, to] = [period.at('start').saidAs(RULE, time), period.at('end').saidAs(RULE, time)];
  return rep(value, check, undefined, authority(number, partner), code, undefined, from, to);
}
