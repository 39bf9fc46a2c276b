/** Names of coding systems in HL7 v2 messages (HL7 table 0396, and what Dutch systems write) to their URI. */
import { SYSTEM, WK_BASE, WK_CODES } from '../../../profiles/canonical.ts';
import type { SourceSettings } from '../../mapping.ts';
import { OID } from './hd.ts';

/** Names of coding systems (HL7 table 0396 and the names Dutch systems use) to their URI. */
const NAMED: Readonly<Record<string, string>> = {
  LN: SYSTEM.loinc,
  LOINC: SYSTEM.loinc,
  SCT: SYSTEM.snomed,
  SNOMED: SYSTEM.snomed,
  'SNOMED-CT': SYSTEM.snomed,
  UCUM: SYSTEM.ucum,
  ATC: SYSTEM.atc,
  WC: SYSTEM.atc,
  I10: 'http://hl7.org/fhir/sid/icd-10',
  ICD10: 'http://hl7.org/fhir/sid/icd-10',
  'ICD-10': 'http://hl7.org/fhir/sid/icd-10',
  ICD10NL: 'http://hl7.org/fhir/sid/icd-10-nl',
  'ICD-10-NL': 'http://hl7.org/fhir/sid/icd-10-nl',
  I9C: 'http://hl7.org/fhir/sid/icd-9-cm',
  ICPC: 'http://hl7.org/fhir/sid/icpc-1-nl',
  'ICPC-1-NL': 'http://hl7.org/fhir/sid/icpc-1-nl',
  NHG45: 'https://referentiemodel.nhg.org/tabellen/nhg-tabel-45-diagnostische-bepalingen',
  PRK: SYSTEM.prk,
  HPK: SYSTEM.hpk,
  GPK: SYSTEM.gpk,
  'G-STANDAARD PRK': SYSTEM.prk,
  'G-STANDAARD HPK': SYSTEM.hpk,
  'G-STANDAARD GPK': SYSTEM.gpk,
  'Z-INDEX PRK': SYSTEM.prk,
  'Z-INDEX HPK': SYSTEM.hpk,
  'Z-INDEX GPK': SYSTEM.gpk,
  ZI: 'urn:oid:2.16.840.1.113883.2.4.4.8',
  GTIN: 'https://www.gs1.org/gtin',
  NHG25: 'https://referentiemodel.nhg.org/tabellen/nhg-tabel-25-gebruiksvoorschrift#aanvullend-numeriek',
  NZA: SYSTEM.nza,
  UZI: SYSTEM.uziRole,
  WK: WK_CODES,
};

/** OIDs (CWE.14, .17, .20) of systems that FHIR knows by a URL. */
const BY_OID: Readonly<Record<string, string>> = {
  '2.16.840.1.113883.6.1': SYSTEM.loinc,
  '2.16.840.1.113883.6.96': SYSTEM.snomed,
  '2.16.840.1.113883.6.8': SYSTEM.ucum,
  '2.16.840.1.113883.6.73': SYSTEM.atc,
  '2.16.840.1.113883.6.3': 'http://hl7.org/fhir/sid/icd-10',
  '2.16.840.1.113883.6.3.2': 'http://hl7.org/fhir/sid/icd-10-nl',
  '2.16.840.1.113883.2.4.4.31.1': 'http://hl7.org/fhir/sid/icpc-1-nl',
  '2.16.840.1.113883.2.4.15.111': SYSTEM.uziRole,
};

export interface CodeSystemName {
  readonly uri: string;
  /** True for a system of the sender's own: its codes mean nothing elsewhere without a translation. */
  readonly local: boolean;
}

/**
 * The URI of a coding system name. The source's own settings go first (`codeSystems` of the region file), then names and
 * OIDs everyone knows, then `HL7nnnn`; any other name is the sender's own and becomes
 * `{base}/CodeSystem/<party>/<name>`, so that codes of two senders never mix.
 */
export function codeSystemNamed(name: string, source: SourceSettings): CodeSystemName {
  const own = Object.hasOwn(source.codeSystems, name) ? source.codeSystems[name] : undefined;
  if (own !== undefined) return { uri: own, local: !KNOWN.has(own) };
  const upper = name.toUpperCase();
  const known = Object.hasOwn(NAMED, upper) ? NAMED[upper] : undefined;
  if (known !== undefined) return { uri: known, local: false };
  const table = /^HL7-?(\d{4})$/.exec(upper)?.[1];
  if (table !== undefined) return { uri: `http://terminology.hl7.org/CodeSystem/v2-${table}`, local: false };
  if (OID.test(name)) return { uri: BY_OID[name] ?? `urn:oid:${name}`, local: false };
  if (/^(?:https?:|urn:)\S+$/i.test(name)) return { uri: name, local: false };
  const party = source.party?.id ?? source.id;
  return { uri: `${WK_BASE}/CodeSystem/${party}/${encodeURIComponent(name)}`, local: true };
}

const KNOWN = new Set([...Object.values(NAMED), ...Object.values(BY_OID)]);

/** The first name of each URI. */
const NAMES = new Map(
  Object.entries(NAMED)
    .map(([name, uri]) => [uri, name] as const)
    .toReversed(),
);
const OWN = `${WK_BASE}/CodeSystem/`;

/**
 * The inverse, for a message we write: the receiver's own name first, then the names everyone knows. Where there is none
 * the URI itself stands: a name of another sender's would mean another list of codes there. `party`: the receiver.
 */
export function codeSystemName(
  uri: string,
  receiver: { readonly party: string | null; readonly codeSystems: Readonly<Record<string, string>> },
): string {
  const own = Object.entries(receiver.codeSystems).find(([, system]) => system === uri)?.[0];
  const known = own ?? NAMES.get(uri);
  if (known !== undefined) return known;
  const table = /^http:\/\/terminology\.hl7\.org\/CodeSystem\/v2-(\d{4})$/.exec(uri)?.[1];
  if (table !== undefined) return `HL7${table}`;
  if (uri.startsWith('urn:oid:')) return uri.slice('urn:oid:'.length);
  const [party, name] = uri.startsWith(OWN) ? uri.slice(OWN.length).split('/') : [];
  const theirs = receiver.party === null || party === receiver.party;
  return party !== undefined && name !== undefined && theirs ? decodeURIComponent(name) : uri;
}
