/** A run in words. */
import type { Report } from './drive.ts';
import { faultsOf } from './judge.ts';

export function told(seed: number, report: Report): string {
  const { verdict, acknowledged, repeated, requests, blows, counts, seconds } = report;
  const list = (record: Readonly<Record<string, unknown>>): string =>
    Object.entries(record)
      .map(([name, value]) => `${name} ${String(value)}`)
      .join(', ');
  return [
    `seed ${seed}, ${seconds} s`,
    `blows: ${list(blows)}`,
    `acknowledged ${acknowledged}, sent again ${repeated}, requests at the receiver ${requests}`,
    `reconciliation: ${list({ ...counts })}`,
    list(
      Object.fromEntries(
        Object.entries(verdict).map(([name, { length }]: [string, readonly string[]]) => [name, length]),
      ),
    ),
    ...faultsOf(verdict).flatMap(([name, found]) => found.slice(0, 10).map((what) => `  ${name}: ${what}`)),
  ].join('\n');
}
