/** What a system may be made of: the names of code systems, of registers, of HL7 tables and of sorts of numbers. */

/** Names of code systems and registers (HL7 table 0396, and what Dutch senders write) to what FHIR calls them. */
export const SYSTEMS: Readonly<Record<string, string>> = {
  LN: 'http://loinc.org',
  I9C: 'http://hl7.org/fhir/sid/icd-9-cm',
  SCT: 'http://snomed.info/sct',
  UCUM: 'http://unitsofmeasure.org',
  ATC: 'http://www.whocc.no/atc',
  I10: 'http://hl7.org/fhir/sid/icd-10',
  'ICD-10': 'http://hl7.org/fhir/sid/icd-10',
  ICD10NL: 'http://hl7.org/fhir/sid/icd-10-nl',
  'ICD-10-NL': 'http://hl7.org/fhir/sid/icd-10-nl',
  'G-Standaard PRK': 'urn:oid:2.16.840.1.113883.2.4.4.10',
  'Z-INDEX PRK': 'urn:oid:2.16.840.1.113883.2.4.4.10',
  PRK: 'urn:oid:2.16.840.1.113883.2.4.4.10',
  HPK: 'urn:oid:2.16.840.1.113883.2.4.4.7',
  GPK: 'urn:oid:2.16.840.1.113883.2.4.4.1',
  NZA: 'urn:oid:2.16.840.1.113883.2.4.3.27.15.5',
  UZI: 'http://fhir.nl/fhir/NamingSystem/uzi-rolcode',
  WK: 'https://fhir.wijkkliniek.example/CodeSystem/wk',
  AGB: 'http://fhir.nl/fhir/NamingSystem/agb-z',
  BIG: 'http://fhir.nl/fhir/NamingSystem/big',
  NLMINBIZA: 'http://fhir.nl/fhir/NamingSystem/bsn',
  NNNLD: 'http://fhir.nl/fhir/NamingSystem/bsn',
};

/** Vektis numbers persons and organisations (AGB) and insurers (UZOVI); the UZI register persons, and organisations (URA). */
export const REGISTERS: readonly { readonly name: string; readonly fields: RegExp; readonly system: string }[] = [
  { name: 'VEKTIS', fields: /^IN1-3$/, system: 'http://fhir.nl/fhir/NamingSystem/uzovi' },
  { name: 'VEKTIS', fields: /^(?!IN1)/, system: 'http://fhir.nl/fhir/NamingSystem/agb-z' },
  { name: 'UZI', fields: /^OBX-16$/, system: 'http://fhir.nl/fhir/NamingSystem/uzi-nr-pers' },
  { name: 'URA', fields: /^OBX-15$/, system: 'http://fhir.nl/fhir/NamingSystem/ura' },
];

/** The HL7 table of a field, which its codes are of where the message names no other (HL7 v2.5, chapters 3 to 7). */
export const FIELD_TABLES: Readonly<Record<string, string>> = {
  'AL1-2': '0127',
  'DG1-6': '0052',
  'IN1-17': '0063',
  'NK1-3': '0063',
  'NK1-7': '0131',
  'OBR-15': '0070',
  'OBR-24': '0074',
  'OBX-8': '0078',
  'PR1-6': '0230',
  'PRD-1': '0286',
  'PV1-2': '0004',
  'PV1-4': '0007',
  'PV1-10': '0069',
  'PV1-13': '0092',
  'PV1-14': '0023',
  'PV1-15': '0009',
  'PV1-16': '0099',
  'PV1-36': '0112',
  'PV1-38': '0114',
  'PV2-25': '0217',
  'RXE-9': '0167',
  'RXO-9': '0161',
  'RXR-1': '0162',
  'RXR-2': '0163',
  'RXR-4': '0165',
  'SPM-4': '0487',
  'SPM-6': '0371',
  'SPM-24': '0493',
  'TXA-2': '0270',
};

/** Sorts of numbers, by the field they stand in. A type in CX.5 makes a sort of its own. */
export const SORTS: Readonly<Record<string, readonly string[]>> = {
  account: ['PID-3', 'PV1-50'],
  accession: ['SAC-2'],
  container: ['SAC-3', 'SAC-4'],
  device: ['OBX-18'],
  diagnosis: ['DG1-20'],
  document: ['TXA-12', 'TXA-13'],
  'filler-order': ['ORC-3', 'OBR-3', 'OBR-26', 'OBR-29', 'ORC-8'],
  observation: ['OBX-21'],
  organization: ['IN1-3', 'OBX-23', 'ORC-21'],
  patient: ['PID-2', 'PID-3', 'PID-4', 'MRG-1', 'MRG-4', 'PV1-50'],
  'placer-group': ['ORC-4'],
  'placer-order': ['ORC-2', 'OBR-2', 'OBR-29', 'ORC-8', 'TXA-14'],
  practitioner:
    'DG1-16 OBR-16 OBR-32 OBX-16 OBX-25 ORC-10 ORC-12 PD1-4 PR1-8 PR1-11 PR1-12 PRD-7 PV1-7 PV1-8 PV1-9 PV1-17 PV1-52 RXA-10 RXD-10 RXE-13 TXA-9 TXA-22'.split(
      ' ',
    ),
  preadmit: ['PV1-5'],
  procedure: ['PR1-19'],
  request: ['RF1-6', 'RF1-11'],
  specimen: ['SPM-2', 'SPM-3'],
  visit: ['PID-3', 'PV1-19', 'PV1-50'],
};
