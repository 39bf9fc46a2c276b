/** CWE, CE, CNE, CF and plain codes to CodeableConcept and Coding (v2-to-FHIR: CWE[CodeableConcept], CE[CodeableConcept]). */
import type { CodeableConcept, Coding } from 'fhir/r4.js';
import { SYSTEM, WK_BASE, WK_CODES } from '../../../profiles/canonical.ts';
import type { Draft, Leaf } from '../../draft.ts';
import type { SourceSettings } from '../../mapping.ts';
import { codeOf, leafAt, textOf, type Reading } from '../leaf.ts';
import type { Cell, Repetition } from '../message.ts';
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
  ZI: 'urn:oid:2.16.840.1.113883.2.4.4.8',
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

/** One code of a CWE with its system, as read. */
export interface ReadCode {
  readonly coding: Draft<Coding>;
  /** '' when the sender names no system. */
  readonly system: string;
  readonly code: string;
  readonly display: string | undefined;
  /** No system, or one of the sender's own. */
  readonly local: boolean;
  readonly cell: Cell;
}

/** Components of the three codes: identifier, text, system, version, system OID. */
const TRIPLETS = [
  [1, 2, 3, 7, 14],
  [4, 5, 6, 8, 17],
  [10, 11, 12, 13, 20],
] as const;

/**
 * The codes of a CWE in order. `table`: the HL7 table of the field (`0004`), for a code whose system stays unsaid because
 * the standard fixes it.
 */
export function codesOf(repetition: Repetition, rule: string, reading: Reading, table?: string): ReadCode[] {
  const codes: ReadCode[] = [];
  for (const [identifier, text, name, version, oid] of TRIPLETS) {
    const cell = repetition.cell(identifier);
    const code = codeOf(cell, rule);
    if (code === undefined) continue;
    const display = textOf(repetition.cell(text), rule);
    const fixed = table !== undefined && identifier === 1 ? `HL7${table}` : undefined;
    const system = systemOf(repetition.cell(name), repetition.cell(oid), rule, reading, fixed, cell);
    codes.push({
      coding: { system: system?.leaf, version: textOf(repetition.cell(version), rule), code, display },
      system: system?.leaf.value ?? '',
      code: code.value,
      display: display?.value,
      local: system?.local ?? true,
      cell,
    });
  }
  return codes;
}

function systemOf(
  name: Cell,
  oid: Cell,
  rule: string,
  reading: Reading,
  fixed: string | undefined,
  code: Cell,
): { leaf: Leaf<string>; local: boolean } | undefined {
  for (const cell of [name, oid]) {
    const written = cell.text.trim();
    if (written === '') continue;
    const { uri, local } = codeSystemNamed(written, reading.source);
    return { leaf: leafAt(cell, uri, rule), local };
  }
  if (fixed === undefined) return undefined;
  return { leaf: leafAt(code, codeSystemNamed(fixed, reading.source).uri, rule), local: false };
}

/**
 * CodeableConcept: every code as a coding (the sender's own ones too, in their order), CWE.9 as text; without a code the
 * text of CWE.2. Undefined when nothing is filled.
 */
export function codeableConcept(
  repetition: Repetition,
  rule: string,
  reading: Reading,
  table?: string,
): Draft<CodeableConcept> | undefined {
  const codes = codesOf(repetition, rule, reading, table);
  const original = textOf(repetition.cell(9), rule);
  if (codes.length > 0)
    return { coding: codes.map(({ coding }) => coding), text: original ?? uncodedText(repetition, rule) };
  const text = textOf(repetition.cell(2), rule) ?? textOf(repetition.cell(5), rule);
  if (original !== undefined && text !== undefined) return { coding: [{ display: text }], text: original };
  return original === undefined && text === undefined ? undefined : { text: original ?? text };
}

/** Words without a code beside a coded alternate: `^Kalium^^K^^L` keeps `Kalium`. */
function uncodedText(repetition: Repetition, rule: string): Leaf<string> | undefined {
  for (const [identifier, text] of TRIPLETS) {
    if (!repetition.cell(identifier).filled && repetition.cell(text).filled) return textOf(repetition.cell(text), rule);
  }
  return undefined;
}
