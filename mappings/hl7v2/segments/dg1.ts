/** DG1 to nl-core-Problem (v2-to-FHIR: DG1[Condition], DG1[Encounter]). */
import type { Condition, EncounterDiagnosis } from 'fhir/r4.js';
import { nlCore, WK_CODES, wkProfile } from '../../../profiles/canonical.ts';
import { identifierOf, referTo } from '../../bundle.ts';
import { constant, type Draft, type Leaf } from '../../draft.ts';
import { PROBLEM_SYSTEMS } from '../../nl-core-codes.ts';
import { untranslatedCode } from '../../untranslated.ts';
import { codesOf } from '../datatypes/cwe.ts';
import { entityNumber } from '../datatypes/ei.ts';
import { dateTimeOf } from '../datatypes/ts.ts';
import { leafAt, type Reading } from '../leaf.ts';
import type { Segment } from '../message.ts';
import { codedWith, codeText, ownKey, withoutCopies, type AboutPatient } from './about-patient.ts';
import { practitionerRoleEntry } from './practitioner.ts';
import { carryRemainders } from './remainder.ts';

const RULE = 'dg1.problem';
const CLINICAL = 'http://terminology.hl7.org/CodeSystem/condition-clinical';
const VERIFICATION = 'http://terminology.hl7.org/CodeSystem/condition-ver-status';
const ROLES = 'http://terminology.hl7.org/CodeSystem/diagnosis-role';
const ICD10 = 'http://hl7.org/fhir/sid/icd-10';
const DATA_ABSENT = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';

export interface DiagnosisEntry {
  /** fullUrl of the Condition. */
  readonly reference: string;
  /** How the diagnosis belongs to the stay; present when asked for. */
  readonly ofStay: Draft<EncounterDiagnosis> | undefined;
}

export interface DiagnosisOptions {
  /** The diagnosis is what the patient comes with now: a reason for transfer. DG1 itself says nothing of that. */
  readonly active?: boolean;
  /** There is an Encounter that takes the diagnoses with their type and rank. */
  readonly ofStay?: boolean;
}

/**
 * Adds the diagnoses, in the order of the message. The key is the diagnosis identifier (DG1-20), else the patient with
 * the code and type, never the message.
 */
export const diagnosisEntries = (
  about: AboutPatient,
  segments: readonly Segment[],
  { active = false, ofStay = false }: DiagnosisOptions = {},
): DiagnosisEntry[] =>
  withoutCopies(segments).map((dg1) => {
    // Before the Condition, which carries what nobody has read of the segment.
    const role = ofStay ? roleInStay(dg1, about.reading) : undefined;
    const reference = diagnosisEntry(about, dg1, active);
    return { reference, ofStay: role && { condition: referTo(reference, 'Condition', `${RULE}.stay`), ...role } };
  });

function diagnosisEntry(about: AboutPatient, dg1: Segment, active: boolean): string {
  const { bundle, reading } = about;
  const number = entityNumber(dg1.rep(20), 'diagnosis', RULE, reading);
  const named = codeText(dg1.rep(3)) || dg1.at(4).text.trim();
  const id = number?.id ?? ownKey(about, 'Condition', about.patientKey, `DG1 ${named} ${dg1.at(6).text.trim()}`);
  return bundle.add<Condition>('Condition', id, () => {
    const withdrawn = dg1.at(21).text.trim() === 'D';
    const at = dateTimeOf(dg1.at(19), `${RULE}.recorded`, reading);
    const draft = {
      ...claimOf(dg1, reading),
      identifier: [number?.identifier ?? identifierOf(id)],
      clinicalStatus: active && !withdrawn ? status(CLINICAL, constant('active', RULE)) : undefined,
      verificationStatus: withdrawn ? withdrawal(dg1) : undefined,
      code: codedWith(dg1.rep(3), dg1.at(4), `${RULE}.code`, reading) ?? ABSENT,
      subject: about.patient,
      encounter: about.encounter,
      onsetDateTime: dateTimeOf(dg1.at(5), `${RULE}.onset`, reading),
      recordedDate: at,
      asserter: asserter(about, dg1),
    };
    return { ...draft, extension: carryRemainders([dg1], 'dg1.remainder') };
  });
}

const status = (system: string, code: Leaf<string>) => ({ coding: [{ system: constant(system, RULE), code }] });

/** Action code D: the diagnosis was wrong (v2-to-FHIR). nl-core asks a code of the zib beside it: it has none for this. */
function withdrawal(dg1: Segment) {
  const code = leafAt(dg1.at(21), 'entered-in-error', `${RULE}.withdrawn`);
  const unknown = {
    system: constant('http://terminology.hl7.org/CodeSystem/v3-NullFlavor', RULE),
    code: constant('UNK', RULE),
  };
  return { coding: [{ system: constant(VERIFICATION, RULE), code }, unknown] };
}

const ABSENT = { extension: [{ url: constant(DATA_ABSENT, RULE), valueCode: constant('unknown', RULE) }] };

/** nl-core where the diagnosis has a code of its value set; ICD-10 itself is not in it, the Dutch edition is. */
function claimOf(dg1: Segment, reading: Reading) {
  const codes = codesOf(dg1.rep(3), `${RULE}.code`, reading);
  if (codes.some(({ system }) => PROBLEM_SYSTEMS.includes(system))) {
    return { meta: { profile: [constant(nlCore('Problem'), RULE)] } };
  }
  const text = codes.some(({ system }) => system === ICD10)
    ? 'The diagnosis is coded in ICD-10 and not in its Dutch edition; it travels as sent.'
    : 'The diagnosis has no code that nl-core knows; it travels as sent.';
  reading.warnings.push({ code: 'untranslated-code', location: dg1.rep(3).path(), text, ...untranslatedCode(codes) });
  const tag = { system: constant(WK_CODES, RULE), code: constant('untranslated', RULE) };
  return { meta: { profile: [constant(wkProfile('Problem'), RULE)], tag: [tag] } };
}

function asserter(about: AboutPatient, dg1: Segment) {
  const role = practitionerRoleEntry(about.bundle, dg1.rep(16), `${RULE}.asserter`, about.reading, about.controlId);
  return role === undefined ? undefined : referTo(role, 'PractitionerRole', `${RULE}.asserter`);
}

/** Type (table 0052, admission diagnosis beside it where it is one) and rank. */
function roleInStay(dg1: Segment, reading: Reading) {
  const rule = `${RULE}.stay`;
  const type = codesOf(dg1.rep(6), rule, reading, '0052').map(({ coding }) => coding);
  const admission = { system: constant(ROLES, rule), code: leafAt(dg1.at(6), 'AD', rule) };
  const rank = dg1.at(15);
  return {
    use: { coding: dg1.at(6).text.trim() === 'A' ? [admission, ...type] : type },
    rank: /^[1-9]\d{0,3}$/.test(rank.text.trim()) ? leafAt(rank, Number(rank.text.trim()), rule) : undefined,
  };
}
