/** NK1 to Patient.contact (v2-to-FHIR: NK1[Patient]; zib Contactpersoon as far as its codes are known). */
import type { CodeableConcept, HumanName, PatientContact } from 'fhir/r4.js';
import { constant, Leaf, type Draft } from '../../draft.ts';
import { codeableConcept, codesOf } from '../datatypes/cwe.ts';
import { periodOf } from '../datatypes/ts.ts';
import { address } from '../datatypes/xad.ts';
import { nameFrom } from '../datatypes/xpn.ts';
import { contactPoint } from '../datatypes/xtn.ts';
import { leafAt, type Reading } from '../leaf.ts';
import type { Repetition, Segment } from '../message.ts';
import { genderOf } from './demographics.ts';

/** HL7 table 0063 to the zib's relations (RelatieCodelijst, v3-RoleCode), where one means exactly the other. */
const RELATIONS: Readonly<Record<string, string>> = { MTH: 'MTH', FTH: 'FTH', BRO: 'BRO', SIS: 'SIS' };
const ROLE_CODE = 'http://terminology.hl7.org/CodeSystem/v3-RoleCode';
const RULE = 'nk1.contact';

/** A relation without name, number or address is no contact (FHIR pat-1): it stays unused and travels as text. */
export const contacts = (segments: readonly Segment[], reading: Reading): Draft<PatientContact>[] =>
  segments.flatMap((nk1) => {
    const name = contactName(nk1.reps(2), reading);
    const telecom = [...nk1.reps(5), ...nk1.reps(6), ...nk1.reps(40)].flatMap((repetition) => {
      const point = contactPoint(repetition, RULE, reading, repetition.field === 6 ? 'work' : undefined);
      return point === undefined ? [] : [point];
    });
    const home = address(nk1.rep(4), RULE, reading);
    if (name === undefined && telecom.length === 0 && home === undefined) return [];
    return [
      {
        relationship: [relation(nk1.rep(3), reading), codeableConcept(nk1.rep(7), RULE, reading, '0131')],
        name,
        telecom,
        address: home,
        ...genderOf(nk1.at(15), RULE, reading),
        period: periodOf(nk1.at(8), nk1.at(9), RULE, reading),
      },
    ];
  });

/**
 * nl-core-Patient takes one name of a contact, as its official one: the name of type L or of no type, else the first. What
 * type it had and further names travel as they are.
 */
function contactName(names: readonly Repetition[], reading: Reading): Draft<HumanName> | undefined {
  const typed = names.find((name) => /^L?$/.test(name.cell(7).text.trim())) ?? names[0];
  if (typed === undefined) return undefined;
  const name = nameFrom(typed, 1, RULE);
  const type = typed.cell(7);
  const use = type.text.trim() === 'L' ? leafAt(type, 'official', RULE) : constant('official', RULE);
  return name && { ...name, use, period: periodOf(typed.cell(12), typed.cell(13), RULE, reading) };
}

function relation(repetition: Repetition, reading: Reading): Draft<CodeableConcept> | undefined {
  const concept = codeableConcept(repetition, RULE, reading, '0063');
  const [first] = codesOf(repetition, RULE, reading, '0063');
  const exact = first?.system.endsWith('/v2-0063') === true ? RELATIONS[first.code] : undefined;
  if (first === undefined || exact === undefined) return concept;
  const coding = { system: constant(ROLE_CODE, RULE), code: new Leaf(exact, first.cell, RULE) };
  return {
    coding: [coding, first.coding],
    text: concept !== undefined && 'text' in concept ? concept.text : undefined,
  };
}
