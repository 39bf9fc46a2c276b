/** Canonical base of the gateway's own artefacts: the one place it is written. */
export const WK_BASE = 'https://fhir.wijkkliniek.example';

/** Canonical of an own profile: `wkProfile('TransferRequest')` is `{base}/StructureDefinition/wk-TransferRequest`. */
export const wkProfile = (name: string): string => `${WK_BASE}/StructureDefinition/wk-${name}`;

/** The one own code system: tiers, type of work, business statuses, tags, the question code of a co-treatment. */
export const WK_CODES = `${WK_BASE}/CodeSystem/wk`;

/** Namespace of business identifiers the gateway derives where the source gives none: `{base}/derived|<uuid v5>`. */
export const WK_DERIVED = `${WK_BASE}/derived`;

/** `Task.identifier.system`; its value is the id under which the gateway hosts the Task. */
export const WK_TASK = `${WK_BASE}/task`;

export const nlCore = (name: string): string => `http://nictiz.nl/fhir/StructureDefinition/nl-core-${name}`;

/** Identifier and code systems of the Netherlands and of HL7, named once. */
export const SYSTEM = {
  bsn: 'http://fhir.nl/fhir/NamingSystem/bsn',
  ura: 'http://fhir.nl/fhir/NamingSystem/ura',
  agb: 'http://fhir.nl/fhir/NamingSystem/agb-z',
  uzi: 'http://fhir.nl/fhir/NamingSystem/uzi-nr-pers',
  big: 'http://fhir.nl/fhir/NamingSystem/big',
  uzovi: 'http://fhir.nl/fhir/NamingSystem/uzovi',
  uziRole: 'http://fhir.nl/fhir/NamingSystem/uzi-rolcode',
  organizationType: 'http://nictiz.nl/fhir/NamingSystem/organization-type',
  snomed: 'http://snomed.info/sct',
  loinc: 'http://loinc.org',
  ucum: 'http://unitsofmeasure.org',
  nza: 'urn:oid:2.16.840.1.113883.2.4.3.27.15.5',
  atc: 'http://www.whocc.no/atc',
  prk: 'urn:oid:2.16.840.1.113883.2.4.4.10',
  hpk: 'urn:oid:2.16.840.1.113883.2.4.4.7',
  gpk: 'urn:oid:2.16.840.1.113883.2.4.4.1',
  participation: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType',
  actCode: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  observationCategory: 'http://terminology.hl7.org/CodeSystem/observation-category',
  interpretation: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation',
  dataAbsent: 'http://terminology.hl7.org/CodeSystem/data-absent-reason',
  taskCode: 'http://hl7.org/fhir/CodeSystem/task-code',
} as const;
