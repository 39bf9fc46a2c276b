/** What stands on the model of a FHIR server: one resource per condition of an update, and which message it came in. */
import { createHash } from 'node:crypto';

export interface SeenBundle {
  readonly entry: readonly {
    readonly request: { readonly url: string };
    readonly resource: { readonly resourceType: string; readonly meta?: { readonly source?: string } };
  }[];
}

export interface Standing {
  /** Carries out a transaction of conditional updates; true when anything of the patient's own is other than before. */
  put(bundle: SeenBundle): boolean;
  /** How many resources of a type there are. */
  count(type: string): number;
}

/** Messages of many patients write these, each with its own `meta.source`. */
const SHARED = new Set(['Organization', 'Location']);

export const digest = (text: string): string => createHash('sha1').update(text).digest('base64');

export function createStanding(): Standing {
  const standing = new Map<string, string>();
  return {
    put: ({ entry }) => {
      let changed = false;
      for (const { request, resource } of entry) {
        const content = digest(JSON.stringify(resource));
        if (standing.get(request.url) !== content && !SHARED.has(resource.resourceType)) changed = true;
        standing.set(request.url, content);
      }
      return changed;
    },
    count: (type) => [...standing.keys()].filter((url) => url.startsWith(`${type}?`)).length,
  };
}

/** `meta.source` after the `#`, and the condition the Patient is updated by. */
export function read({ entry }: SeenBundle): { readonly message: string; readonly patient: string } {
  const patient = entry.find(({ resource }) => resource.resourceType === 'Patient');
  const source = entry.find(({ resource }) => resource.meta?.source !== undefined)?.resource.meta?.source ?? '';
  return { message: decodeURIComponent(source.slice(source.indexOf('#') + 1)), patient: patient?.request.url ?? '' };
}
