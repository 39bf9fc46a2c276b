/** Whether a resource meets what the MP9 profiles add to R4: required bindings, and how often an element may stand. */
import type { CodeableConcept, Dosage, Medication, MedicationRequest } from 'fhir/r4.js';
import { SYSTEM } from '../../profiles/canonical.ts';
import {
  AS_NEEDED,
  CHANGE_REASONS,
  FORMS,
  INGREDIENT_SYSTEMS,
  NHG_25,
  NULL_FLAVOR,
  REGIMEN_REASONS,
  REGIMEN_STOPS,
  ROUTES,
  STOP_TYPE,
} from '../medication-profile.ts';

/** A code that MP9 requires and the resource does not have: its place under the resource, and what it is. */
export interface Misfit {
  readonly place: string;
  readonly what: string;
  /** What it has instead. */
  readonly concept: CodeableConcept | undefined;
}

type Test = (system: string, code: string) => boolean;

const some = (concept: CodeableConcept | undefined, test: Test): boolean =>
  concept === undefined ||
  (concept.coding ?? []).some(({ system = '', code = '' }) => code !== '' && test(system, code));

const isRoute: Test = (system) => system === ROUTES;
const isInstruction: Test = (system, code) => system === NHG_25 || (system === NULL_FLAVOR && code === 'OTH');
const isNeed: Test = (system, code) =>
  (system === NHG_25 && AS_NEEDED.has(code)) || (system === NULL_FLAVOR && (code === 'OTH' || code === 'NI'));
const isReasonOf =
  (reasons: ReadonlySet<string>): Test =>
  (system, code) =>
    (system === SYSTEM.snomed && reasons.has(code)) || (system === NULL_FLAVOR && code === 'OTH');
const isRegimenStop: Test = (system, code) => system === SYSTEM.snomed && REGIMEN_STOPS.has(code);
const isForm: Test = (system) => system === FORMS;
const isIngredient: Test = (system) => INGREDIENT_SYSTEMS.includes(system);

export const dosageMisfits = (dosages: readonly Dosage[] | undefined, element: string): Misfit[] =>
  (dosages ?? []).flatMap((dosage, index) => {
    const at = `${element}[${index}]`;
    const { route, additionalInstruction = [], asNeededCodeableConcept } = dosage;
    return [
      ...(some(route, isRoute) ? [] : [{ place: `${at}.route`, what: 'route', concept: route }]),
      ...additionalInstruction.flatMap((one, nth) =>
        some(one, isInstruction)
          ? []
          : [{ place: `${at}.additionalInstruction[${nth}]`, what: 'instruction', concept: one }],
      ),
      ...(some(asNeededCodeableConcept, isNeed)
        ? []
        : [{ place: `${at}.asNeededCodeableConcept`, what: 'condition of need', concept: asNeededCodeableConcept }]),
    ];
  });

export const agreementMisfits = (
  { dosageInstruction, reasonCode = [] }: MedicationRequest,
  reasons = CHANGE_REASONS,
): Misfit[] => [
  ...dosageMisfits(dosageInstruction, 'dosageInstruction'),
  ...reasonCode.flatMap((one, index) =>
    some(one, isReasonOf(reasons)) ? [] : [{ place: `reasonCode[${index}]`, what: 'reason of change', concept: one }],
  ),
];

/** A regimen is changed and stopped for fewer reasons, and in fewer ways, than an agreement. */
export const regimenMisfits = (regimen: MedicationRequest): Misfit[] => [
  ...agreementMisfits(regimen, REGIMEN_REASONS),
  ...(regimen.modifierExtension ?? []).flatMap(({ url, valueCodeableConcept }, index) =>
    url !== STOP_TYPE || some(valueCodeableConcept, isRegimenStop)
      ? []
      : [
          {
            place: `modifierExtension[${index}].valueCodeableConcept`,
            what: 'type of stop',
            concept: valueCodeableConcept,
          },
        ],
  ),
];

export const productMisfits = ({ form, ingredient = [] }: Medication): Misfit[] => [
  ...(some(form, isForm) ? [] : [{ place: 'form', what: 'form', concept: form }]),
  ...ingredient.flatMap(({ itemCodeableConcept }, index) =>
    some(itemCodeableConcept, isIngredient)
      ? []
      : [{ place: `ingredient[${index}].itemCodeableConcept`, what: 'ingredient', concept: itemCodeableConcept }],
  ),
];

/** MP9 takes one comment, one reason and one performer. */
export const isSingle = (...lists: readonly (readonly unknown[] | undefined)[]): boolean =>
  lists.every((list) => (list ?? []).length <= 1);
