/** SN, structured numeric (v2-to-FHIR: SN[Quantity], SN[Range], SN[Ratio]). */
import type { Quantity } from 'fhir/r4.js';
import type { Leaf } from '../../draft.ts';
import { leafAt, toldWith } from '../leaf.ts';
import type { Repetition } from '../message.ts';
import { decimalOf, isDecimal } from './nm.ts';

export type StructuredNumber =
  | {
      readonly kind: 'quantity';
      readonly comparator: Leaf<NonNullable<Quantity['comparator']>> | undefined;
      readonly value: Leaf<number>;
    }
  | { readonly kind: 'range'; readonly low: Leaf<number>; readonly high: Leaf<number> }
  | { readonly kind: 'ratio'; readonly numerator: Leaf<number>; readonly denominator: Leaf<number> };

const COMPARATORS = { '<': '<', '<=': '<=', '>': '>', '>=': '>=' } as const;

/**
 * `<^5`, `^2^-^4`, `^1^:^128`; the caller adds the unit. Undefined for what FHIR cannot say as a number (`^2^+`, `<>^3`,
 * `>^1^-^2`, `^5,6`): no cell is used then, and the caller keeps the text.
 */
export function structuredNumber(repetition: Repetition, rule: string): StructuredNumber | undefined {
  const [sign, first, separator, second] = [1, 2, 3, 4].map((component) => repetition.cell(component));
  if (sign === undefined || first === undefined || separator === undefined || second === undefined) return undefined;
  const comparator = sign.text.trim();
  const between = separator.text.trim();
  if (!isDecimal(first.text.trim())) return undefined;
  if (between === '' && !second.filled) {
    if (comparator !== '' && comparator !== '=' && !Object.hasOwn(COMPARATORS, comparator)) return undefined;
    const value = decimalOf(first, rule);
    if (comparator === '=') sign.segment.markUsed(sign, toldWith(first));
    const known = Object.hasOwn(COMPARATORS, comparator)
      ? leafAt(sign, COMPARATORS[comparator as keyof typeof COMPARATORS], rule)
      : undefined;
    return value && { kind: 'quantity', comparator: known, value };
  }
  if ((comparator !== '' && comparator !== '=') || !isDecimal(second.text.trim())) return undefined;
  if (between !== '-' && between !== ':' && between !== '/') return undefined;
  const one = decimalOf(first, rule);
  const two = decimalOf(second, rule);
  if (one === undefined || two === undefined) return undefined;
  for (const cell of [sign, separator]) if (cell.filled) cell.segment.markUsed(cell, toldWith(first));
  return between === '-' ? { kind: 'range', low: one, high: two } : { kind: 'ratio', numerator: one, denominator: two };
}
