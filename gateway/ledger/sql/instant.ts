/** Moments are kept as milliseconds since 1970 (a third of the bytes in every index) and shown as `Instant`. */
import type { Instant } from '../ledger.ts';

export function millis(instant: Instant): number {
  const value = Date.parse(instant);
  if (Number.isNaN(value)) throw new Error('not an ISO 8601 moment');
  return value;
}

export function millisOrNull(instant: Instant | null | undefined): number | null {
  return instant === null || instant === undefined ? null : millis(instant);
}

export function instant(value: number): Instant {
  return new Date(value).toISOString();
}

export function instantOrNull(value: number | null): Instant | null {
  return value === null ? null : instant(value);
}
