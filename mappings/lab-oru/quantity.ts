/** Numbers with their unit: UCUM where the table or the sender knows it, the text as sent always. */
import type { Quantity } from 'fhir/r4.js';
import { SYSTEM } from '../../profiles/canonical.ts';
import { constant, Leaf, type Draft } from '../draft.ts';
import { codeSystemNamed } from '../hl7v2/datatypes/cwe.ts';
import { leafAt, textOf, toldWith, type Reading } from '../hl7v2/leaf.ts';
import type { Cell, Segment } from '../hl7v2/message.ts';
import { translateOwn } from '../terminology/own-codes.ts';
import { translate } from '../terminology/translate.ts';
import { untranslatedCode } from '../untranslated.ts';
import { powerUnit } from './power-unit.ts';

const RULE = 'lab.result.unit';

export interface Unit {
  readonly unit?: Leaf<string>;
  readonly system?: Leaf<string>;
  readonly code?: Leaf<string>;
}

const NO_UNIT: Unit = {};

/** Code, words and coding system of the two units a CE or CWE can hold. */
const TRIPLETS = [
  [1, 2, 3],
  [4, 5, 6],
] as const;

/**
 * OBX-6. A text the table does not hold stays a text, with a warning. Components that have no place in a Quantity (the
 * words for a code, a second system) stay unused, and travel as source fields.
 */
export function unitOf(obx: Segment, reading: Reading): Unit {
  const repetition = obx.rep(6);
  const power = powerUnit(repetition, RULE);
  const known = power && translate('units', '', power.value);
  if (power && known) {
    return {
      unit: power,
      system: constant(SYSTEM.ucum, RULE),
      code: new Leaf(known.code, power.place, RULE, known.map),
    };
  }
  const codes = TRIPLETS.map(([code, words, system]) => ({
    cell: repetition.cell(code),
    words: repetition.cell(words),
    system: repetition.cell(system),
  })).filter(({ cell }) => cell.filled);
  const named = ({ cell, words, system }: (typeof codes)[number]) => ({
    system: system.filled ? codeSystemNamed(system.text.trim(), reading.source).uri : '',
    code: cell.text,
    display: words.text,
  });
  const isUcum = ({ system }: { system: Cell }): boolean =>
    system.filled && codeSystemNamed(system.text.trim(), reading.source).uri === SYSTEM.ucum;
  const declared = codes.find((code) => isUcum(code) && !/\s/.test(code.cell.text.trim()));
  const own = codes.find((code) => !isUcum(code));
  // The words of the sender: its own unit text, else what it calls the UCUM code, else the code.
  const unit = power ?? textOf(own?.cell ?? firstFilled(declared?.words, declared?.cell) ?? repetition.cell(2), RULE);
  if (declared) declared.system.segment.markUsed(declared.system, toldWith(declared.cell));
  const code = declared
    ? ucum(declared.cell, declared.cell.text.trim())
    : [
        ...codes.map((one) => ucumOfSource(one.cell, named(one).system, reading)),
        ...codes.map(({ cell }) => ucum(cell)),
      ].find((known) => known !== undefined);
  if (code !== undefined) return { ...(unit && { unit }), system: constant(SYSTEM.ucum, RULE), code };
  if (!repetition.filled) return NO_UNIT;
  const text = 'The unit is not in the table of units; it travels as text.';
  reading.warnings.push({
    code: 'untranslated-unit',
    location: repetition.cell(1).path(),
    text,
    ...untranslatedCode(codes.map(named)),
  });
  return unit ? { unit } : NO_UNIT;
}

const firstFilled = (...cells: (Cell | undefined)[]): Cell | undefined => cells.find((cell) => cell?.filled === true);

/** What the source's own ConceptMap calls the unit. It goes before the table that is for all. */
function ucumOfSource(cell: Cell, system: string, { source }: Reading): Leaf<string> | undefined {
  const found = translateOwn(source.ownCodes, system, cell.text.trim()).find((to) => to.system === SYSTEM.ucum);
  return found && leafAt(cell, found.code, RULE, found.map);
}

/** UCUM code of a unit text; `declared`: the sender itself calls it UCUM. */
function ucum(cell: Cell, declared?: string): Leaf<string> | undefined {
  const known = translate('units', '', cell.text.trim());
  if (known !== undefined) return leafAt(cell, known.code, RULE, known.map);
  return declared === undefined ? undefined : leafAt(cell, declared, RULE);
}

export const quantity = (
  value: Leaf<number>,
  unit: Unit,
  comparator?: Leaf<NonNullable<Quantity['comparator']>>,
): Draft<Quantity> => ({ value, ...(comparator && { comparator }), ...unit });
