/** CWE, CE, CNE, CF and plain codes to CodeableConcept and Coding (v2-to-FHIR: CWE[CodeableConcept], CE[CodeableConcept]). */
import type { CodeableConcept, Coding } from 'fhir/r4.js';
import { constant, type Draft, type Leaf } from '../../draft.ts';
import { translateOwn, type OwnCodes } from '../../terminology/own-codes.ts';
import { codeOf, leafAt, textOf, type Reading } from '../leaf.ts';
import type { Cell, Repetition } from '../message.ts';
import { codeSystemNamed } from './code-system.ts';

export { codeSystemNamed } from './code-system.ts';

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
  /** Canonical of the source's ConceptMap, for a code that it put beside the sender's own. */
  readonly map?: string;
}

/** Components of the three codes: identifier, text, system, version, system OID. */
const TRIPLETS = [
  [1, 2, 3, 7, 14],
  [4, 5, 6, 8, 17],
  [10, 11, 12, 13, 20],
] as const;

/**
 * The codes of a CWE in order, with their translations. `table`: the HL7 table of the field (`0004`), for a code whose
 * system stays unsaid because the standard fixes it.
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
  return withTranslations(codes, rule, reading);
}

/** Behind each code what the source's ConceptMaps call it elsewhere; the sender's own code of that system goes before. */
export function withTranslations(codes: readonly ReadCode[], rule: string, reading: Reading): ReadCode[] {
  const { ownCodes } = reading.source;
  if (ownCodes === undefined) return [...codes];
  const said = new Set(codes.map(({ system }) => system));
  return codes.flatMap((code) => [
    code,
    ...translationsOf(code, ownCodes, rule).filter(({ system }) => !said.has(system)),
  ]);
}

const translationsOf = ({ system, code, cell, map }: ReadCode, ownCodes: OwnCodes, rule: string): ReadCode[] =>
  (map === undefined ? translateOwn(ownCodes, system, code) : []).map((to) => ({
    coding: {
      system: constant(to.system, rule),
      code: leafAt(cell, to.code, rule, to.map),
      display: to.display === undefined ? undefined : constant(to.display, rule),
    },
    system: to.system,
    code: to.code,
    display: to.display,
    local: false,
    cell,
    map: to.map,
  }));

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
 * CodeableConcept: every code as a coding (the sender's own ones too, in their order; a translation behind its own), CWE.9
 * as text; without a code the text of CWE.2. Undefined when nothing is filled.
 */
export function codeableConcept(
  repetition: Repetition,
  rule: string,
  reading: Reading,
  table?: string,
): Draft<CodeableConcept> | undefined {
  if (!repetition.filled) return undefined;
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
