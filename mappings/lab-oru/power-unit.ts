/** `10^9/l` in OBX-6 without an escape: the separator of components stands where the power was meant. */
import { Leaf } from '../draft.ts';
import type { Repetition } from '../hl7v2/message.ts';

/** The unit whole, as it was meant: `10` alone would be another unit. Undefined for any other unit. */
export function powerUnit(repetition: Repetition, rule: string): Leaf<string> | undefined {
  const [ten, power] = [repetition.cell(1), repetition.cell(2)];
  if (repetition.componentCount() !== 2 || ten.text.trim() !== '10') return undefined;
  if (!/^\d{1,2}(?:\/\S+)?$/.test(power.text.trim())) return undefined;
  for (const cell of [ten, power]) cell.segment.markUsed(cell);
  return new Leaf(`10^${power.text.trim()}`, repetition, rule);
}
