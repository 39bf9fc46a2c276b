/** PR1 to nl-core-Procedure-event (v2-to-FHIR: PR1[Procedure]). */
import type { Procedure, ProcedurePerformer } from 'fhir/r4.js';
import { nlCore, SYSTEM, WK_CODES } from '../../../profiles/canonical.ts';
import { identifierOf, referTo } from '../../bundle.ts';
import { constant, type Draft } from '../../draft.ts';
import { untranslatedCode } from '../../untranslated.ts';
import { codeableConcept, codesOf } from '../datatypes/cwe.ts';
import { entityNumber } from '../datatypes/ei.ts';
import { dateTimeOf } from '../datatypes/ts.ts';
import { leafAt, type Reading } from '../leaf.ts';
import type { Segment } from '../message.ts';
import { codedWith, codeText, ownKey, withoutCopies, type AboutPatient } from './about-patient.ts';
import { practitionerRoleEntry } from './practitioner.ts';
import { carryRemainders } from './remainder.ts';

const RULE = 'pr1.procedure';
/** Code systems of the value set nl-core requires (zib Verrichting, VerrichtingTypeCodelijsten). */
const PROCEDURE_SYSTEMS: readonly string[] = [
  SYSTEM.snomed,
  SYSTEM.nza,
  'urn:oid:2.16.840.1.113883.2.4.3.120.5.3',
  'https://referentiemodel.nhg.org/tabellen/nhg-tabel-49-diagnostische-en-therapeutische-verrichtingen',
];

/** Field to the function of who performed it (SNOMED CT, v2-to-FHIR). */
const PERFORMERS = [
  [8, '88189002', 'Anesthesiologist'],
  [11, '304292004', 'Surgeon'],
  [12, undefined, ''],
] as const;

/** The key is the procedure identifier (PR1-19), else the patient with code and moment. Returns fullUrls in order. */
export const procedureEntries = (about: AboutPatient, segments: readonly Segment[]): string[] =>
  withoutCopies(segments).map((pr1) => procedureEntry(about, pr1));

function procedureEntry(about: AboutPatient, pr1: Segment): string {
  const { bundle, reading } = about;
  const number = entityNumber(pr1.rep(19), 'procedure', RULE, reading);
  const named = codeText(pr1.rep(3)) || pr1.at(4).text.trim();
  const id = number?.id ?? ownKey(about, 'Procedure', about.patientKey, `PR1 ${named} ${pr1.at(5).text.trim()}`);
  return bundle.add<Procedure>('Procedure', id, () => {
    const draft = {
      ...claimOf(pr1, reading),
      identifier: [number?.identifier ?? identifierOf(id)],
      // PR1 lists what was done and what will be: it has no status. D withdraws it.
      status:
        pr1.at(20).text.trim() === 'D'
          ? leafAt(pr1.at(20), 'entered-in-error', RULE)
          : constant('unknown', `${RULE}.status`),
      category: codeableConcept(pr1.rep(6), `${RULE}.category`, reading, '0230'),
      code: codedWith(pr1.rep(3), pr1.at(4), `${RULE}.code`, reading),
      subject: about.patient,
      encounter: about.encounter,
      performedDateTime: dateTimeOf(pr1.at(5), `${RULE}.performed`, reading),
      performer: performers(about, pr1),
      reasonCode: [codeableConcept(pr1.rep(15), `${RULE}.reason`, reading)],
    };
    return { ...draft, extension: carryRemainders([pr1], 'pr1.remainder') };
  });
}

function claimOf(pr1: Segment, reading: Reading) {
  const codes = codesOf(pr1.rep(3), `${RULE}.code`, reading);
  if (codes.some(({ system }) => PROCEDURE_SYSTEMS.includes(system))) {
    return { meta: { profile: [constant(nlCore('Procedure-event'), RULE)] } };
  }
  const text = 'The procedure has no code that nl-core knows; it travels as sent.';
  reading.warnings.push({ code: 'untranslated-code', location: pr1.rep(3).path(), text, ...untranslatedCode(codes) });
  return { meta: { tag: [{ system: constant(WK_CODES, RULE), code: constant('untranslated', RULE) }] } };
}

const performers = (about: AboutPatient, pr1: Segment): Draft<ProcedurePerformer>[] =>
  PERFORMERS.flatMap(([field, code, display]) =>
    pr1.reps(field).flatMap((repetition) => {
      const rule = `${RULE}.performer`;
      const role = practitionerRoleEntry(about.bundle, repetition, rule, about.reading, about.controlId);
      if (role === undefined) return [];
      const what = code && {
        coding: [
          { system: constant(SYSTEM.snomed, rule), code: constant(code, rule), display: constant(display, rule) },
        ],
      };
      return [{ function: what, actor: referTo(role, 'PractitionerRole', rule) }];
    }),
  );
