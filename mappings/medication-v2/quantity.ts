/** Amounts of medication with their unit: UCUM by table or as declared, the unit of the sender beside it. */
import type { Extension, Quantity } from 'fhir/r4.js';
import { SYSTEM } from '../../profiles/canonical.ts';
import { constant, type Draft, type Leaf } from '../draft.ts';
import { codesOf, type ReadCode } from '../hl7v2/datatypes/cwe.ts';
import { decimalOf } from '../hl7v2/datatypes/nm.ts';
import { cellsIn, leafAt, textOf, toldWith, type Reading } from '../hl7v2/leaf.ts';
import type { Cell, Repetition } from '../hl7v2/message.ts';
import { translate } from '../terminology/translate.ts';
import { untranslatedCode } from '../untranslated.ts';

const RULE = 'medication.unit';
const TRANSLATION = 'http://hl7.org/fhir/StructureDefinition/iso21090-PQ-translation';

/** A unit as read, to be put to one or two numbers. */
export interface Unit {
  readonly unit?: Leaf<string> | undefined;
  readonly system?: Leaf<string>;
  readonly code?: Leaf<string>;
  /** The sender's own code, where it names a system: G-Standaard table 902.2 (245 is stuk), or a local one. */
  readonly own?: ReadCode;
  /** What was read of it. */
  readonly cells?: readonly Cell[];
}

const NO_UNIT: Unit = {};

/** CWE, CE or a bare text. A unit no table holds stays a text, with a warning. */
export function unitOf(repetition: Repetition, reading: Reading): Unit {
  if (!repetition.filled) return NO_UNIT;
  const cells = cellsIn(repetition);
  const codes = codesOf(repetition, RULE, reading);
  const words = codes.map(
    ({ display, cell }) => displayOf(repetition, cell) ?? (display === undefined ? cell : undefined),
  );
  const declared = codes.find(({ system, code }) => system === SYSTEM.ucum && !/\s/.test(code));
  const own = codes.find(({ system, local }) => system !== '' && system !== SYSTEM.ucum && (local || system !== ''));
  const text = [...words.filter((cell) => cell !== undefined), repetition.cell(2)].find(({ filled }) => filled);
  const unit = text && textOf(text, RULE);
  // A code beside words for it, of no system, has no place in a Quantity: it travels as a source field.
  for (const { cell } of codes) if (cell !== own?.cell && cell !== text) cell.segment.release(cell);
  if (declared !== undefined && declared !== own) markSystem(repetition, declared.cell);
  const code = declared
    ? declared.map === undefined
      ? ucum(declared.cell, declared.code)
      : leafAt(declared.cell, declared.code, RULE, declared.map)
    : ([...codes.map(({ cell }) => cell), ...codes.flatMap(({ cell }) => displayOf(repetition, cell) ?? [])]
        .map((cell) => ucum(cell))
        .find((known) => known !== undefined) ?? (codes.length === 0 && text ? ucum(text) : undefined));
  if (code !== undefined) return { unit, system: constant(SYSTEM.ucum, RULE), code, ...(own && { own }), cells };
  const coding = untranslatedCode(codes);
  const warning = 'The unit is not in the table of units; it travels as text.';
  reading.warnings.push({ code: 'untranslated-unit', location: repetition.cell(1).path(), text: warning, ...coding });
  return { unit, ...(own && { own }), cells };
}

/** The coding system of a UCUM code: the system of the Quantity says it. */
function markSystem(repetition: Repetition, code: Cell): void {
  const system = repetition.cell(code.component + 2);
  if (system.filled) system.segment.markUsed(system, toldWith(code));
}

/** The unit of a CQ (component 2: code, words and system as subcomponents). */
export function unitOfComposite(repetition: Repetition, reading: Reading): Unit {
  const said = [repetition.cell(2), repetition.cell(2, 2)].filter(({ filled }) => filled);
  const cells = cellsIn(repetition).filter(({ component }) => component === 2);
  const [first] = said;
  if (first === undefined) return NO_UNIT;
  const unit = textOf(said.at(-1) ?? first, RULE);
  const code = said.map((cell) => ucum(cell)).find((known) => known !== undefined);
  if (code !== undefined) return { unit, system: constant(SYSTEM.ucum, RULE), code, cells };
  const text = 'The unit is not in the table of units; it travels as text.';
  reading.warnings.push({
    code: 'untranslated-unit',
    location: first.path(),
    text,
    ...untranslatedCode([{ code: first.text, display: said.at(1)?.text }]),
  });
  return { unit, cells };
}

/** The words that stand with a code (component 2 for 1, 5 for 4). */
function displayOf(repetition: Repetition, code: Cell): Cell | undefined {
  const words = repetition.cell(code.component + 1);
  return words.filled ? words : undefined;
}

function ucum(cell: Cell, declared?: string): Leaf<string> | undefined {
  const text = cell.text.trim();
  const known = translate('dose-units', '', text) ?? translate('units', '', text);
  if (known !== undefined) return leafAt(cell, known.code, RULE, known.map);
  return declared === undefined ? undefined : leafAt(cell, declared, RULE);
}

/**
 * The number of an NM or ST cell with its unit; undefined, with a warning, when it cannot be read as a number: the cell
 * stays unused and travels as text.
 */
export function amountOf(cell: Cell, unit: Unit, rule: string, reading: Reading): Draft<Quantity> | undefined {
  const text = cell.text.trim();
  const value = decimalOf(cell, rule);
  if (value === undefined) {
    const warning = 'The amount cannot be read as a number; it travels as text.';
    if (text !== '') reading.warnings.push({ code: 'unreadable-number', location: cell.path(), text: warning });
    releaseUnit(unit);
    return undefined;
  }
  const { own, unit: words, system, code } = unit;
  const said = { unit: words, ...(system && { system }), ...(code && { code }) };
  return { ...(own && { extension: [translation(value, said.unit, own)] }), value, ...said };
}

/** The unit of no number travels as it was sent. */
export function releaseUnit({ cells = [] }: Unit): void {
  for (const cell of cells) cell.segment.release(cell);
}

const translation = (value: Leaf<number>, unit: Leaf<string> | undefined, own: ReadCode): Draft<Extension> => {
  const { system, code } = own.coding as { readonly system?: Leaf<string>; readonly code?: Leaf<string> };
  return { url: constant(TRANSLATION, RULE), valueQuantity: { value, unit, system, code } };
};
