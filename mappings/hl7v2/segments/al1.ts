/** AL1 to nl-core-AllergyIntolerance (v2-to-FHIR: AL1[AllergyIntolerance]). */
import type { AllergyIntolerance, AllergyIntoleranceReaction, Element } from 'fhir/r4.js';
import { nlCore, SYSTEM, WK_CODES, wkProfile } from '../../../profiles/canonical.ts';
import { identifierOf, type ResourceDraft } from '../../bundle.ts';
import { constant, Leaf, type Draft } from '../../draft.ts';
import { translate, v2Table } from '../../terminology/translate.ts';
import { SUBSTANCE_SYSTEMS } from '../../nl-core-codes.ts';
import { untranslatedCode } from '../../untranslated.ts';
import { codeableConcept, codesOf } from '../datatypes/cwe.ts';
import { dateTimeOf } from '../datatypes/ts.ts';
import { leafAt, textOf, type Reading } from '../leaf.ts';
import type { Cell, Segment } from '../message.ts';
import { codeText, ownKey, withoutCopies, type AboutPatient } from './about-patient.ts';
import { deletions } from './deletions.ts';
import { carryRemainders } from './remainder.ts';

const RULE = 'al1.allergy';
const CLINICAL = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical';
const VERIFICATION = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification';
/** The original of a category (v2-to-FHIR); ext-CodeSpecification takes codes of the zib only. */
const ALTERNATE_CODES = 'http://hl7.org/fhir/StructureDefinition/alternate-codes';

/** SNOMED CT statements that there is no (known) allergy: they name no substance, as nl-core asks of its codes. */
const NONE_KNOWN: ReadonlySet<string> = new Set(['716186003', '409137002', '429625007', '428607008']);

/**
 * Adds the allergies and returns their fullUrls, in the order of the message. The key is the patient with the allergen,
 * never the message: the same allergy in the next message is the same resource.
 */
export const allergyEntries = (about: AboutPatient, segments: readonly Segment[]): string[] =>
  withoutCopies(segments).map((al1) => allergyEntry(about, al1));

function allergyEntry(about: AboutPatient, al1: Segment): string {
  const { bundle, reading } = about;
  const id = ownKey(about, 'AllergyIntolerance', about.patientKey, `AL1 ${codeText(al1.rep(3))}`);
  return bundle.add<AllergyIntolerance>('AllergyIntolerance', id, () => {
    const draft = {
      ...(al1.rep(3).isNull ? {} : claimOf(al1, reading)),
      identifier: [identifierOf(id)],
      ...standingOf(al1),
      ...categoryOf(al1.at(2), al1, reading),
      code: codeableConcept(al1.rep(3), `${RULE}.code`, reading),
      patient: about.patient,
      encounter: about.encounter,
      onsetDateTime: dateTimeOf(al1.at(6), `${RULE}.onset`, reading),
      reaction: reactions(al1, reading),
    };
    return { ...draft, extension: [...deletions([al1], 'al1.deleted'), ...carryRemainders([al1], 'al1.remainder')] };
  });
}

/**
 * A segment that lists the allergies a patient has speaks of allergies in force (FHIR ait-1 wants it said); one whose
 * allergen is taken away (HL7 null) does not.
 */
function standingOf(al1: Segment): Pick<ResourceDraft<AllergyIntolerance>, 'clinicalStatus' | 'verificationStatus'> {
  const status = (system: string, code: Leaf<string>) => ({ coding: [{ system: constant(system, RULE), code }] });
  return al1.rep(3).isNull
    ? { verificationStatus: status(VERIFICATION, new Leaf('entered-in-error', al1.rep(3), `${RULE}.deleted`)) }
    : { clinicalStatus: status(CLINICAL, constant('active', RULE)) };
}

/** nl-core where the allergen has a code of its value set; else our own profile, a mark and a warning. */
function claimOf(al1: Segment, reading: Reading) {
  const codes = codesOf(al1.rep(3), `${RULE}.code`, reading);
  if (codes.some(({ system, code }) => system === SYSTEM.snomed && NONE_KNOWN.has(code))) return {};
  if (codes.some(({ system }) => SUBSTANCE_SYSTEMS.includes(system))) {
    return { meta: { profile: [constant(nlCore('AllergyIntolerance'), RULE)] } };
  }
  const text = 'The allergen has no code that nl-core knows; it travels as sent.';
  reading.warnings.push({ code: 'untranslated-code', location: al1.rep(3).path(), text, ...untranslatedCode(codes) });
  const tag = { system: constant(WK_CODES, RULE), code: constant('untranslated', RULE) };
  return { meta: { profile: [constant(wkProfile('AllergyIntolerance'), RULE)], tag: [tag] } };
}

type Category = NonNullable<AllergyIntolerance['category']>[number];

/** A miscellaneous allergy (MA, MC) has no FHIR category and travels as it is. */
function categoryOf(cell: Cell, al1: Segment, reading: Reading) {
  const found = translate('allergen-type', v2Table('0127'), cell.text.trim());
  if (found === undefined) return {};
  const category: Leaf<Category>[] = [leafAt(cell, found.code as Category, `${RULE}.category`, found.map)];
  const concept = codeableConcept(al1.rep(2), `${RULE}.category`, reading, '0127');
  const original: Draft<Element> = {
    extension: [{ url: constant(ALTERNATE_CODES, RULE), valueCodeableConcept: concept }],
  };
  return { category, _category: [original] };
}

/**
 * AL1-5, each repetition a reaction in words. AL1-4 is the severity of the reaction where there is one; without one it
 * travels as it is, for how severe an unknown reaction would be is not how critical the allergy is.
 */
function reactions(al1: Segment, reading: Reading): Draft<AllergyIntoleranceReaction>[] {
  const told = al1.reps(5).flatMap((repetition) => {
    const concept =
      repetition.componentCount() > 1 ? codeableConcept(repetition, `${RULE}.reaction`, reading) : undefined;
    const text = textOf(repetition.cell(1), `${RULE}.reaction`);
    return concept ? [concept] : text ? [{ text }] : [];
  });
  if (told.length === 0) return [];
  const cell = al1.at(4);
  const severity = translate('allergy-severity', v2Table('0128'), cell.text.trim());
  type Severity = NonNullable<AllergyIntoleranceReaction['severity']>;
  return told.map((manifestation) => ({
    manifestation: [manifestation],
    severity: severity && leafAt(cell, severity.code as Severity, `${RULE}.severity`, severity.map),
  }));
}
