/** The person in PID: names, birth, gender, addresses, civil state, death. */
import type { Address, ContactPoint, Element, Extension, HumanName, Patient } from 'fhir/r4.js';
import { constant, type Draft, type Leaf } from '../../draft.ts';
import { v2Table } from '../../terminology/translate.ts';
import { untranslatedCode } from '../../untranslated.ts';
import { codeableConcept } from '../datatypes/cwe.ts';
import { dateOf, dateTimeOf } from '../datatypes/ts.ts';
import { address } from '../datatypes/xad.ts';
import { humanName } from '../datatypes/xpn.ts';
import { contactPoint } from '../datatypes/xtn.ts';
import { flagOf, leafAt, lookedUp, textOf, toldWith, type Reading } from '../leaf.ts';
import type { Cell, Segment } from '../message.ts';

/** HL7 table 0001 to administrative-gender (v2-to-FHIR: AdministrativeSex). */
const GENDERS = { F: 'female', M: 'male', O: 'other', U: 'unknown', A: 'other', N: 'other' } as const;
/** The zib's own code beside it (GeslachtCodelijst). */
const ZIB_GENDERS = {
  F: ['http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender', 'F'],
  M: ['http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender', 'M'],
  O: ['http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender', 'UN'],
  U: ['http://terminology.hl7.org/CodeSystem/v3-NullFlavor', 'UNK'],
} as const;
/** HL7 table 0002 to the codes the zib allows (BurgerlijkeStaatCodelijst); others travel as they are. */
const MARITAL = { D: 'D', M: 'M', S: 'S', W: 'W', B: 'U', G: 'T', P: 'T', R: 'T' } as const;

const EXT = 'http://hl7.org/fhir/StructureDefinition/';
const CODE_SPECIFICATION = 'http://nictiz.nl/fhir/StructureDefinition/ext-CodeSpecification';

export interface Demographics {
  readonly extension: readonly Draft<Extension>[];
  readonly name: readonly (Draft<HumanName> | undefined)[];
  readonly telecom: readonly (Draft<ContactPoint> | undefined)[];
  readonly gender: Leaf<NonNullable<Patient['gender']>> | undefined;
  readonly _gender: Draft<Element> | undefined;
  readonly birthDate: Leaf<string> | undefined;
  readonly address: readonly (Draft<Address> | undefined)[];
  readonly maritalStatus: Draft<NonNullable<Patient['maritalStatus']>> | undefined;
  readonly deceasedDateTime?: Leaf<string>;
  readonly deceasedBoolean?: Leaf<boolean>;
  readonly multipleBirthInteger?: Leaf<number>;
  readonly multipleBirthBoolean?: Leaf<boolean>;
}

/** Null fields (`""`) say "delete" at the sender and carry no value here. */
export function demographics(pid: Segment, rule: string, reading: Reading): Demographics {
  return {
    extension: extensions(pid, rule, reading),
    name: [...pid.reps(5), ...pid.reps(9)].map((repetition) => humanName(repetition, 'pid.name', reading)),
    telecom: [
      ...telecom(pid, 13, 'home', reading),
      ...telecom(pid, 14, 'work', reading),
      ...telecom(pid, 40, undefined, reading),
    ],
    ...genderOf(pid.at(8), 'pid.gender', reading),
    birthDate: dateOf(pid.at(7), 'pid.birthDate', reading),
    address: pid.reps(11).map((repetition) => address(repetition, 'pid.address', reading)),
    maritalStatus: marital(pid.at(16)),
    ...death(pid, reading),
    ...multipleBirth(pid),
  };
}

/** `undefined` gender with a warning for a code outside table 0001 (`V`, `female`): never guessed. */
export function genderOf(cell: Cell, rule: string, reading: Reading): Pick<Demographics, 'gender' | '_gender'> {
  const gender = lookedUp(cell, GENDERS, rule);
  if (gender === undefined && cell.filled) {
    const text = 'The gender is not a code of HL7 table 0001; it travels as text only.';
    const coding = untranslatedCode([{ system: v2Table('0001'), code: cell.text }]);
    reading.warnings.push({ code: 'untranslated-code', location: cell.path(), text, ...coding });
  }
  const zib = Object.hasOwn(ZIB_GENDERS, cell.text.trim())
    ? ZIB_GENDERS[cell.text.trim() as keyof typeof ZIB_GENDERS]
    : undefined;
  if (zib === undefined) return { gender, _gender: undefined };
  const coding = [{ system: constant(zib[0], rule), code: leafAt(cell, zib[1], rule) }];
  return {
    gender,
    _gender: { extension: [{ url: constant(CODE_SPECIFICATION, rule), valueCodeableConcept: { coding } }] },
  };
}

/** The field tells home from work where XTN.2 does not (v2-to-FHIR: PID-13, PID-14). */
const telecom = (pid: Segment, field: number, place: 'home' | 'work' | undefined, reading: Reading) =>
  pid.reps(field).map((repetition) => contactPoint(repetition, 'pid.telecom', reading, place));

function marital(cell: Cell): Demographics['maritalStatus'] {
  const code = lookedUp(cell, MARITAL, 'pid.maritalStatus');
  if (code === undefined) return undefined;
  const original = leafAt(cell, cell.text.trim(), 'pid.maritalStatus');
  const of = (system: string, leaf: Leaf<string>): { system: Leaf<string>; code: Leaf<string> } => ({
    system: constant(system, 'pid.maritalStatus'),
    code: leaf,
  });
  return {
    coding: [
      of('http://terminology.hl7.org/CodeSystem/v3-MaritalStatus', code),
      of('http://terminology.hl7.org/CodeSystem/v2-0002', original),
    ],
  };
}

/** A moment of death beside "not dead" contradicts itself: neither is taken over, both travel as they are. */
function death(pid: Segment, reading: Reading): Pick<Demographics, 'deceasedDateTime' | 'deceasedBoolean'> {
  if (pid.at(29).filled) {
    if (pid.at(30).text.trim() === 'N') return {};
    const at = dateTimeOf(pid.at(29), 'pid.deceased', reading);
    if (at !== undefined && pid.at(30).filled) pid.markUsed(pid.at(30), toldWith(pid.at(29)));
    if (at !== undefined) return { deceasedDateTime: at };
  }
  const flag = flagOf(pid.at(30), 'pid.deceased');
  return flag === undefined ? {} : { deceasedBoolean: flag };
}

function multipleBirth(pid: Segment): Pick<Demographics, 'multipleBirthInteger' | 'multipleBirthBoolean'> {
  const flag = flagOf(pid.at(24), 'pid.multipleBirth');
  const order = pid.at(25);
  if (/^[1-9]\d?$/.test(order.text.trim()) && flag?.value !== false) {
    if (flag !== undefined) pid.markUsed(pid.at(24), toldWith(order));
    return { multipleBirthInteger: leafAt(order, Number(order.text.trim()), 'pid.multipleBirth') };
  }
  return flag === undefined ? {} : { multipleBirthBoolean: flag };
}

function extensions(pid: Segment, rule: string, reading: Reading): Draft<Extension>[] {
  const mother = textOf(pid.at(6), rule);
  const birthPlace = textOf(pid.at(23), rule);
  return [
    ...(mother === undefined ? [] : [{ url: constant(`${EXT}patient-mothersMaidenName`, rule), valueString: mother }]),
    ...(birthPlace === undefined
      ? []
      : [{ url: constant(`${EXT}patient-birthPlace`, rule), valueAddress: { text: birthPlace } }]),
    ...pid.reps(28).flatMap((repetition) => {
      const concept = codeableConcept(repetition, 'pid.nationality', reading);
      if (concept === undefined) return [];
      const code = { url: constant('code', 'pid.nationality'), valueCodeableConcept: concept };
      return [{ url: constant(`${EXT}patient-nationality`, 'pid.nationality'), extension: [code] }];
    }),
  ];
}
