/** Codes of a source's own, translated by the ConceptMaps its region gives it. */
import type { ConceptMap, Translation } from './translate.ts';

/** Key: `system|code`, system '' for a code (a unit text) without one. */
export type OwnCodes = ReadonlyMap<string, readonly Translation[]>;

const keyOf = (system: string, code: string): string => `${system}|${code}`;

/**
 * `systemNamed`: the URI a coding system name stands for at this source, so that a map may say `L` as its messages do.
 * Only targets that mean the same may be in the maps: what is wider or narrower is no translation.
 */
export function ownCodes(maps: readonly ConceptMap[], systemNamed: (name: string) => string): OwnCodes {
  const found = new Map<string, Translation[]>();
  for (const { url, group } of maps) {
    for (const { source = '', target: system, element } of group) {
      for (const { code, target } of element) {
        const key = keyOf(source === '' ? '' : systemNamed(source), code);
        const known = found.get(key) ?? [];
        found.set(key, known);
        for (const { code: to, display } of target) {
          known.push({ system, code: to, map: url, ...(display === undefined ? {} : { display }) });
        }
      }
    }
  }
  return found;
}

export const translateOwn = (own: OwnCodes | undefined, system: string, code: string): readonly Translation[] =>
  own?.get(keyOf(system, code)) ?? [];
