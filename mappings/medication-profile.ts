/** Which medication profile an agreement or product may claim: MP9 where its codes are those it requires, else our own. */
import { SYSTEM, WK_CODES, wkProfile } from '../profiles/canonical.ts';

const NICTIZ = 'http://nictiz.nl/fhir/StructureDefinition/';
export const nictiz = (name: string): string => `${NICTIZ}${name}`;

export const AGREEMENT = nictiz('mp-MedicationAgreement');
export const PRODUCT = nictiz('mp-PharmaceuticalProduct');
/** The same with extensible bindings, for an agreement or product with a code that has no translation. */
export const OWN_AGREEMENT = wkProfile('MedicationAgreement');
export const OWN_PRODUCT = wkProfile('PharmaceuticalProduct');

export const DISPENSE_REQUEST = nictiz('mp-DispenseRequest');
export const DISPENSE = nictiz('mp-MedicationDispense');
export const ADMINISTRATION = nictiz('mp-MedicationAdministration2');
/** The same with the binding of the route extensible. */
export const OWN_ADMINISTRATION = wkProfile('MedicationAdministration');

/** Marks a resource of which a code travels untranslated. */
export const UNTRANSLATED = { system: WK_CODES, code: 'untranslated' } as const;
/** Marks an agreement whose treatment identifier is the gateway's own. */
export const DERIVED_TREATMENT = { system: WK_CODES, code: 'derived-treatment-identifier' } as const;

/** zib Medicatieafspraak. */
export const AGREEMENT_CATEGORY = { system: SYSTEM.snomed, code: '33633005', display: 'medicatieafspraak' } as const;

/** zib Verstrekkingsverzoek, Medicatieverstrekking and Medicatietoediening. */
export const DISPENSE_REQUEST_CATEGORY = {
  system: SYSTEM.snomed,
  code: '52711000146108',
  display: 'verstrekkingsverzoek',
} as const;
export const DISPENSE_CATEGORY = { system: SYSTEM.snomed, code: '373784005', display: 'verstrekking' } as const;
export const ADMINISTRATION_CATEGORY = { system: SYSTEM.snomed, code: '18629005', display: 'toediening' } as const;

export const TREATMENT = nictiz('ext-PharmaceuticalTreatment.Identifier');
export const STOP_TYPE = nictiz('ext-StopType');
export const PERIOD_OF_USE = nictiz('ext-TimeInterval.Period');
export const DURATION = nictiz('ext-TimeInterval.Duration');
export const RENDERED = nictiz('ext-RenderedDosageInstruction');
export const REGISTERED = nictiz('ext-RegistrationDateTime');

const GSTANDAARD = 'urn:oid:2.16.840.1.113883.2.4.4';
/** Thesaurus 7 and 6 of the G-Standaard: routes and forms as mp-MedicationAgreement and mp-PharmaceuticalProduct require. */
export const ROUTES = `${GSTANDAARD}.9`;
export const FORMS = `${GSTANDAARD}.11`;
export const NHG_25 = 'https://referentiemodel.nhg.org/tabellen/nhg-tabel-25-gebruiksvoorschrift#aanvullend-numeriek';
export const NULL_FLAVOR = 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor';

/** Product codes of MP9 (ProductCodeCodelijsten): GPK, PRK, HPK and article number. */
export const PRODUCT_SYSTEMS: readonly string[] = [SYSTEM.gpk, SYSTEM.prk, SYSTEM.hpk, `${GSTANDAARD}.8`];
/** Ingredient codes of MP9 (IngredientCodeCodelijsten). */
export const INGREDIENT_SYSTEMS: readonly string[] = [
  ...PRODUCT_SYSTEMS,
  SYSTEM.atc,
  `${GSTANDAARD}.1.750`,
  `${GSTANDAARD}.1.725`,
  'https://www.gs1.org/gtin',
];

/** Codes of the value set that mp-MedicationAgreement.reasonCode requires (RedenWijzigen_StakenCodelijst), without OTH. */
export const CHANGE_REASONS: ReadonlySet<string> = new Set([
  '62014003',
  '438833006',
  '79899007',
  '58848006',
  '112251000146103',
  '112191000146101',
  '183966005',
  '112751000146109',
  '159711000146106',
  '112261000146100',
  '305335007',
  '405613005',
  '159691000146109',
  '182856006',
  '160131000146104',
  '160161000146108',
  '180011000146107',
]);

/** Those of the list that mp-VariableDosingRegimen requires (RedenWijzigen_StakenWDSCodelijst), without OTH. */
export const REGIMEN_REASONS: ReadonlySet<string> = new Set(
  [...CHANGE_REASONS].filter(
    (code) => !['62014003', '438833006', '112191000146101', '183966005', '182856006'].includes(code),
  ),
);
/** WisselendDoseerschemaStopTypeCodelijst. */
export const REGIMEN_STOPS: ReadonlySet<string> = new Set(['410546004', '113371000146109']);

/** When needed (ZonodigCriteriumCodelijst), codes of NHG table 25. */
export const AS_NEEDED: ReadonlySet<string> = new Set(
  '1022 1023 1024 1028 1121 1137 1144 1145 1146 1147 1387 1540'.split(' '),
);
