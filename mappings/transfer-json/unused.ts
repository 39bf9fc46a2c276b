/** Filled fields of a JSON source that reached no leaf of the output. */
import { traceOf } from '../draft.ts';
import type { DraftEntry, Unused } from '../mapping.ts';

export function unusedOf(source: unknown, entries: readonly DraftEntry[]): Unused[] {
  const used = new Set(entries.flatMap(({ resource }) => traceOf(resource, '').map(({ source: from }) => from)));
  return leaves(source, '$')
    .filter((path) => !used.has(path))
    .map((source) => ({ source, reason: reasonOf(source) }));
}

function reasonOf(path: string): string {
  if (/^\$\.(careTeam\[\d+\]|requester|patient\.generalPractitioner)\./.test(path)) {
    return 'the same person, by number, is already in the Bundle';
  }
  if (/^\$\.vitalSigns\[\d+\]\.at$/.test(path)) return 'the same moment as the other half of the blood pressure';
  return 'says nothing the Bundle does not hold';
}

function leaves(value: unknown, path: string): string[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => leaves(item, `${path}[${index}]`));
  if (typeof value === 'object')
    return Object.entries(value).flatMap(([key, child]) => leaves(child, `${path}.${key}`));
  return [path];
}
