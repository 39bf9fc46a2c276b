/** CQ, composite quantity with units (v2-to-FHIR: CQ[Quantity]). */
import type { Quantity } from 'fhir/r4.js';
import { SYSTEM } from '../../../profiles/canonical.ts';
import type { Draft } from '../../draft.ts';
import { codeOf, leafAt, textOf, type Reading } from '../leaf.ts';
import type { Repetition } from '../message.ts';
import { codeSystemNamed } from './cwe.ts';
import { decimalOf } from './nm.ts';

/**
 * Number and unit (`10^mL&milliliter&UCUM`). The unit is a code only where the sender names UCUM; else its words alone.
 * Undefined when the number is none.
 */
export function compositeQuantity(repetition: Repetition, rule: string, reading: Reading): Draft<Quantity> | undefined {
  const value = decimalOf(repetition.cell(1), rule);
  if (value === undefined) return undefined;
  const [code, text, name] = [repetition.cell(2), repetition.cell(2, 2), repetition.cell(2, 3)];
  const ucum = name.filled && codeSystemNamed(name.text.trim(), reading.source).uri === SYSTEM.ucum;
  if (!ucum) return { value, unit: textOf(text, rule) ?? textOf(code, rule) };
  const unit = textOf(text, rule) ?? textOf(code, rule);
  return { value, unit, system: leafAt(name, SYSTEM.ucum, rule), code: codeOf(code, rule) };
}
