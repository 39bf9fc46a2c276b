/**
 * Which nl-core profile a resource of a FHIR message claims beside those it claims itself. A claim is a promise: each
 * test here is what that profile asks beyond base R4 of what the resource holds; where it is not met, nothing is claimed.
 */
import type {
  AllergyIntolerance,
  CodeableConcept,
  Condition,
  Consent,
  FhirResource,
  HumanName,
  Observation,
  Quantity,
} from 'fhir/r4.js';
import { nlCore, SYSTEM, WK_CODES, wkProfile } from '../profiles/canonical.ts';
import type { Completion } from './pass-through.ts';
import { PROBLEM_SYSTEMS, SUBSTANCE_SYSTEMS } from './nl-core-codes.ts';
import { DIASTOLIC, SYSTOLIC, VITAL_SIGN, type VitalSign } from './transfer-json/vital-sign-table.ts';
import { untranslatedCode } from './untranslated.ts';

const claim = (...profiles: string[]): Completion => ({ profiles });
const from = (concept: CodeableConcept | undefined, systems: readonly string[]): boolean =>
  concept?.coding?.some(({ system, code }) => code !== undefined && systems.includes(system ?? '')) === true;

export const coded = (concept: CodeableConcept | undefined, system: string, ...codes: readonly string[]): boolean =>
  concept?.coding?.some((coding) => coding.system === system && codes.includes(coding.code ?? '')) === true;

/** Claims of a resource by itself, whatever message it stands in. `at` is its place: `$.entry[3].resource`. */
export function claimNlCore(resource: FhirResource, at: string): Completion {
  switch (resource.resourceType) {
    case 'Patient': {
      const { maritalStatus, communication, contact, name } = resource;
      const bare = maritalStatus === undefined && communication === undefined && contact === undefined;
      return bare && qualified(name) ? claim(nlCore('Patient')) : {};
    }
    case 'RelatedPerson':
      return resource.relationship === undefined && qualified(resource.name) ? claim(nlCore('ContactPerson')) : {};
    case 'Encounter': {
      const plain = resource.reasonReference === undefined && resource.participant === undefined;
      return plain && (resource.location ?? []).length <= 1 ? claim(nlCore('Encounter')) : {};
    }
    case 'Condition':
      return ofCondition(resource, at);
    case 'AllergyIntolerance':
      return ofAllergy(resource, at);
    case 'Consent':
      return ofConsent(resource);
    case 'Observation':
      return ofObservation(resource);
    default:
      return {};
  }
}

/** Given names of an official name say whether they are names or initials (iso21090-EN-qualifier). */
const qualified = (names: readonly HumanName[] | undefined): boolean =>
  (names ?? []).every(
    ({ use, given, _given }) =>
      use !== 'official' || (given ?? []).every((_, index) => (_given?.[index]?.extension?.length ?? 0) > 0),
  );

function ofCondition(condition: Condition, at: string): Completion {
  const { code, verificationStatus, category, bodySite, note, stage } = condition;
  if (code === undefined) return {};
  const plain = verificationStatus === undefined && bodySite === undefined && (note ?? []).length <= 1;
  if (coded(code, SYSTEM.snomed, '399912005')) {
    return plain && (stage ?? []).length <= 1 ? claim(nlCore('PressureUlcer')) : {};
  }
  if (from(code, PROBLEM_SYSTEMS)) return plain && category === undefined ? claim(nlCore('Problem')) : {};
  return untranslated(code, `${at}.code`, 'problem', nlCore('Problem'), plain ? wkProfile('Problem') : undefined);
}

/** `No known allergy` names no substance: a statement in plain R4. */
function ofAllergy({ code, category, note, reaction }: AllergyIntolerance, at: string): Completion {
  if (code === undefined || coded(code, SYSTEM.snomed, '716186003')) return {};
  const plain = (category ?? []).length <= 1 && (note ?? []).length <= 1;
  if (from(code, SUBSTANCE_SYSTEMS)) {
    return plain && reaction === undefined ? claim(nlCore('AllergyIntolerance')) : {};
  }
  const own = plain ? wkProfile('AllergyIntolerance') : undefined;
  return untranslated(code, `${at}.code`, 'substance', nlCore('AllergyIntolerance'), own);
}

const untranslated = (
  concept: CodeableConcept,
  place: string,
  what: string,
  withdrawn: string,
  own: string | undefined,
): Completion => ({
  ...(own === undefined ? {} : { profiles: [own] }),
  withdrawn: [withdrawn],
  tags: [{ system: WK_CODES, code: 'untranslated' }],
  warnings: [
    {
      code: 'untranslated-code',
      location: place.replace(/^\$/, 'Bundle'),
      text: `this ${what} has no code that nl-core knows; it travels as sent`,
      ...untranslatedCode(concept.coding ?? []),
    },
  ],
});

const TREATMENTS = ['305351004', '89666000', '40617009', '116762002', '281789004', '32485007'];

function ofConsent({ scope, category, provision, sourceReference }: Consent): Completion {
  const directives = category.filter((one) => coded(one, SYSTEM.snomed, '129125009'));
  const [treatment, ...more] = provision?.code ?? [];
  const known = coded(treatment, SYSTEM.snomed, ...TREATMENTS) && more.length === 0;
  const inScope = coded(scope, 'http://terminology.hl7.org/CodeSystem/consentscope', 'treatment');
  const plain = sourceReference === undefined && provision?.actor === undefined;
  return directives.length === 1 && known && inScope && plain ? claim(nlCore('TreatmentDirective2')) : {};
}

/** Scores whose total is all that is told: SNOMED CT code → profile. */
const SCORES: readonly (readonly [string, string])[] = [
  ['55681000146102', nlCore('DOSScore')],
  ['273302005', nlCore('BarthelADLIndex')],
];

function ofObservation(observation: Observation): Completion {
  const { code, component, hasMember, method, interpretation, note, valueQuantity, valueInteger } = observation;
  if (coded(code, WK_CODES, 'triage-outcome')) return claim(wkProfile('TriageOutcome'));
  if (coded(code, WK_CODES, 'fall-risk')) return claim(wkProfile('FallRisk'));
  const bare = [hasMember, method, interpretation].every((one) => one === undefined) && (note ?? []).length <= 1;
  if (!bare || observation.subject === undefined || observation.effectiveDateTime === undefined) return {};
  const vital = observation.category?.some((one) => coded(one, SYSTEM.observationCategory, 'vital-signs')) === true;
  if (coded(code, SYSTEM.loinc, '85354-9'))
    return vital && isPressure(observation) ? claim(nlCore('BloodPressure')) : {};
  if (component !== undefined) return {};
  const counted = valueInteger !== undefined && valueInteger >= 0;
  const score = SCORES.find(([snomed]) => coded(code, SYSTEM.snomed, snomed));
  if (score !== undefined) return counted ? claim(score[1]) : {};
  const sign = signOf(code);
  if (sign === undefined) return {};
  const asked = (sign.beside ?? []).every((beside) => coded(code, beside.system, beside.code));
  const fits = sign.score === true ? counted : vital && isIn(valueQuantity, sign.units);
  return asked && fits ? claim(sign.profile) : {};
}

const signOf = (code: CodeableConcept): VitalSign | undefined =>
  code.coding
    ?.flatMap(({ system, code: loinc }) => (system === SYSTEM.loinc && loinc !== undefined ? [VITAL_SIGN[loinc]] : []))
    .find((known) => known !== undefined);

const isIn = (quantity: Quantity | undefined, units: readonly string[]): boolean =>
  quantity?.system === SYSTEM.ucum && units.includes(quantity.code ?? '');

/** Systolic and diastolic, once each, in mm[Hg], and nothing else. */
const isPressure = ({ component = [] }: Observation): boolean =>
  component.length === 2 &&
  [SYSTOLIC, DIASTOLIC].every((loinc) =>
    component.some(({ code, valueQuantity }) => coded(code, SYSTEM.loinc, loinc) && isIn(valueQuantity, ['mm[Hg]'])),
  );
