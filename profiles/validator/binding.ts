import { isObject } from './item.ts';
import type { Json } from './item.ts';
import type { Membership, MembershipTest } from './valueset.ts';

/** The best any code of a coded value does: a Coding, CodeableConcept, Quantity (its unit), or a plain code. */
export function membershipOf(value: unknown, test: MembershipTest): Membership {
  if (typeof value === 'string') return test(undefined, value);
  if (!isObject(value)) return 'unknown';
  if (!('coding' in value) && ('code' in value || 'system' in value)) return ofCoding(value, test);
  const codings = Array.isArray(value['coding']) ? (value['coding'] as unknown[]).filter(isObject) : [];
  let best: Membership = 'out';
  for (const coding of codings) {
    const each = ofCoding(coding, test);
    if (each === 'in') return 'in';
    if (each === 'unknown') best = 'unknown';
  }
  return best;
}

function ofCoding(coding: Json, test: MembershipTest): Membership {
  const { system, code } = coding;
  if (typeof code !== 'string') return 'out';
  // A code without system is in no value set that names systems.
  return typeof system === 'string' ? test(system, code) : 'out';
}
