/** SN (HL7 v2.5 §2.A.71): `>^100`, `^1^:^128`, `^3^-^5` (v2-to-FHIR: SN[Quantity], SN[Ratio], SN[Range]). */
import type { Quantity } from 'fhir/r4.js';
import type { Leaf } from '../draft.ts';
import { decimalOf, isDecimal } from '../hl7v2/datatypes/nm.ts';
import { leafAt, toldWith, type Reading } from '../hl7v2/leaf.ts';
import type { Cell, Repetition } from '../hl7v2/message.ts';
import { quantity, type Unit } from './quantity.ts';
import type { ValueDraft } from './value-draft.ts';

const RULE = 'lab.result.value.sn';
const COMPARATORS: ReadonlySet<string> = new Set(['<', '<=', '>=', '>']);

/** Undefined: what it says (`<>`, `2+`, three parts) has no numeric form in FHIR and stays text. */
export function structuredNumeric(repetition: Repetition, _reading: Reading, unit: Unit): ValueDraft | undefined {
  const sign = repetition.cell(1);
  const separator = repetition.cell(3);
  const compared = sign.text.trim();
  const between = separator.text.trim();
  const [one, two] = [repetition.cell(2), repetition.cell(4)];
  if (!isDecimal(one.text.trim()) || repetition.componentCount() > 4) return undefined;
  if (between === '' && !two.filled) {
    const comparator = COMPARATORS.has(compared)
      ? leafAt(sign, compared as NonNullable<Quantity['comparator']>, RULE)
      : undefined;
    if (comparator === undefined && compared !== '' && compared !== '=') return undefined;
    if (compared === '=') sign.segment.markUsed(sign, toldWith(one));
    const value = decimalOf(one, RULE);
    return value && { valueQuantity: quantity(value, unit, comparator) };
  }
  if (!isDecimal(two.text.trim()) || (compared !== '' && compared !== '=')) return undefined;
  if (between === '-') return paired(one, two, separator, (low, high) => ({ valueRange: { low, high } }), unit);
  if (between !== ':' && between !== '/') return undefined;
  return paired(one, two, separator, (numerator, denominator) => ({ valueRatio: { numerator, denominator } }), unit);
}

function paired(
  one: Cell,
  two: Cell,
  separator: Cell,
  make: (first: ReturnType<typeof quantity>, second: ReturnType<typeof quantity>) => ValueDraft,
  unit: Unit,
): ValueDraft | undefined {
  const first: Leaf<number> | undefined = decimalOf(one, RULE);
  const second: Leaf<number> | undefined = decimalOf(two, RULE);
  if (first === undefined || second === undefined) return undefined;
  separator.segment.markUsed(separator, toldWith(one));
  return make(quantity(first, unit), quantity(second, unit));
}
