/** What two resources say alike is said once. */
import { writeJson } from '../../profiles/json/write.ts';
import type { Spot } from '../hl7v2/write/spot.ts';

export const isSame = (one: Spot<unknown>, other: Spot<unknown>): boolean =>
  one.value !== undefined && other.value !== undefined && writeJson(one.value) === writeJson(other.value);

/** The others need no words where they say what the first one says. */
export function sayOnce(first: Spot<unknown>, others: readonly (Spot<unknown> | undefined)[], where: string): void {
  for (const other of others) if (other !== undefined && other !== first && isSame(first, other)) other.pass(where);
}
