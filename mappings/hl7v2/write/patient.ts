/** Patient to PID, PD1 and NK1: the inverse of `segments/pid.ts`. */
import type { ContactPoint, Patient, PatientContact } from 'fhir/r4.js';
import { SYSTEM } from '../../../profiles/canonical.ts';
import { constant } from '../../draft.ts';
import { writeTime } from '../time.ts';
import { cwe } from './codes.ts';
import { cx, isDerived } from './numbers.ts';
import type { Writing } from './partner.ts';
import { inTable, times, xad, xpn, xtn } from './persons.ts';
import { xcn } from './people.ts';
import { putBack } from './put-back.ts';
import { SheetSegment } from './sheet.ts';
import { each, type Spot } from './spot.ts';

const RULE = 'write.pid';
/** HL7 table 0001. */
const GENDERS = { female: 'F', male: 'M', other: 'O', unknown: 'U' };

/** PID; and those of PD1 and NK1 the message has a place for, as far as there is something to say in them. */
export function patientSegments(
  patient: Spot<Patient>,
  writing: Writing,
  also: readonly ('PD1' | 'NK1')[],
): SheetSegment[] {
  const { partner } = writing;
  const time = (text: string): string => writeTime(text, partner.timezone);
  const work = (point: Spot<ContactPoint>): boolean => point.value?.use === 'work';
  const telecom = each(patient.at('telecom'));
  const gender = inTable(patient.at('gender'), GENDERS, RULE);
  if (gender !== undefined) patient.at('_gender').pass('table 0001 says it');
  const deceased = patient.at('deceasedDateTime').saidAs(RULE, time);
  const pid = new SheetSegment('PID', {
    1: constant('1', RULE),
    3: numbersOf(patient).map((number) => cx(number, partner)),
    5: each(patient.at('name')).map((name) => xpn(name, partner)),
    7: patient.at('birthDate').saidAs(RULE, time),
    8: gender,
    11: each(patient.at('address')).map((address) => xad(address, partner)),
    13: telecom.filter((point) => !work(point)).map((point) => xtn(point, partner)),
    14: telecom.filter(work).map((point) => xtn(point, partner)),
    15: languageOf(patient, partner),
    16: cwe(patient.at('maritalStatus'), partner),
    24: flag(patient.at('multipleBirthBoolean')) ?? patient.at('multipleBirthInteger').saidAs(RULE, () => 'Y'),
    25: patient.at('multipleBirthInteger').said(RULE),
    29: deceased,
    30: flag(patient.at('deceasedBoolean')) ?? (deceased && constant('Y', RULE)),
  });
  const doctors = also.includes('PD1') ? each(patient.at('generalPractitioner')).map((one) => xcn(one, writing)) : [];
  const pd1 = doctors.every((one) => one === undefined) ? [] : [new SheetSegment('PD1', { 4: doctors })];
  const contacts = also.includes('NK1') ? each(patient.at('contact')) : [];
  const nk1 = contacts.map((contact, index) => contactSegment(contact, index + 1, writing));
  const all = [pid, ...pd1, ...nk1];
  putBack(patient, all);
  return all;
}

/** The BSN and every number an organisation gave; the gateway's own only when there is no other. */
function numbersOf(patient: Spot<Patient>) {
  const numbers = each(patient.at('identifier'));
  const given = numbers.filter((number) => !isDerived(number));
  // A BSN stands behind the number the receiver knows the patient by, as Dutch messages have it.
  const bsn = given.filter(({ value }) => value?.system === SYSTEM.bsn);
  return given.length === 0 ? numbers : [...given.filter((number) => !bsn.includes(number)), ...bsn];
}

/** PID-15 holds one language: the only one, or the preferred; any other stays unread. */
function languageOf(patient: Spot<Patient>, partner: Writing['partner']) {
  const spoken = each(patient.at('communication'));
  const first = spoken.find(({ value }) => value?.preferred === true) ?? (spoken.length === 1 ? spoken[0] : undefined);
  first?.at('preferred').pass('PID-15 is the language to speak');
  return first && cwe(first.at('language'), partner);
}

const flag = (value: Spot<boolean>) => value.saidAs(RULE, (text) => (text === 'true' ? 'Y' : 'N'));

function contactSegment(contact: Spot<PatientContact>, index: number, { partner }: Writing): SheetSegment {
  const [relation, role, ...roles] = each(contact.at('relationship')).map((one) => cwe(one, partner));
  const [start, end] = times(contact.at('period'), partner);
  const gender = inTable(contact.at('gender'), GENDERS, RULE);
  if (gender !== undefined) contact.at('_gender').pass('table 0001 says it');
  return new SheetSegment('NK1', {
    1: constant(String(index), RULE),
    2: xpn(contact.at('name'), partner),
    3: relation,
    4: xad(contact.at('address'), partner),
    5: each(contact.at('telecom')).map((point) => xtn(point, partner)),
    7: [role, ...roles],
    8: start,
    9: end,
    15: gender,
  });
}
