/** NK1 to Patient.contact (v2-to-FHIR: NK1[Patient]; zib Contactpersoon as far as its codes are known). */
import type { CodeableConcept, PatientContact } from 'fhir/r4.js';
import { constant, Leaf, type Draft } from '../../draft.ts';
import { codeableConcept, codesOf } from '../datatypes/cwe.ts';
import { periodOf } from '../datatypes/ts.ts';
import { address } from '../datatypes/xad.ts';
import { humanName } from '../datatypes/xpn.ts';
import { contactPoint } from '../datatypes/xtn.ts';
import type { Reading } from '../leaf.ts';
import type { Repetition, Segment } from '../message.ts';
import { genderOf } from './demographics.ts';

/** HL7 table 0063 to the zib's relations (RelatieCodelijst, v3-RoleCode), where one means exactly the other. */
const RELATIONS: Readonly<Record<string, string>> = { MTH: 'MTH', FTH: 'FTH', BRO: 'BRO', SIS: 'SIS' };
const ROLE_CODE = 'http://terminology.hl7.org/CodeSystem/v3-RoleCode';
const RULE = 'nk1.contact';

export const contacts = (segments: readonly Segment[], reading: Reading): Draft<PatientContact>[] =>
  segments.map((nk1) => contact(nk1, reading));

function contact(nk1: Segment, reading: Reading): Draft<PatientContact> {
  return {
    relationship: [relation(nk1.rep(3), reading), codeableConcept(nk1.rep(7), RULE, reading, '0131')],
    name: humanName(nk1.rep(2), RULE, reading),
    telecom: [...nk1.reps(5), ...nk1.reps(6), ...nk1.reps(40)].map((repetition) =>
      contactPoint(repetition, RULE, reading, repetition.field === 6 ? 'work' : undefined),
    ),
    address: address(nk1.rep(4), RULE, reading),
    ...genderOf(nk1.at(15), RULE, reading),
    period: periodOf(nk1.at(8), nk1.at(9), RULE, reading),
  };
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
