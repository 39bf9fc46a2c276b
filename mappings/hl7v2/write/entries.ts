/** The entries of a Bundle, by type and by what refers to them. */
import type { Bundle, FhirResource, Reference } from 'fhir/r4.js';
import { Spot } from './spot.ts';

export type OfType<N extends FhirResource['resourceType']> = Extract<FhirResource, { resourceType: N }>;

export class Entries {
  readonly all: readonly Spot<FhirResource>[];
  readonly #byUrl = new Map<string, Spot<FhirResource>>();

  constructor(bundle: Bundle<FhirResource>) {
    const read = new Map<string, string | null>();
    this.all = (bundle.entry ?? []).flatMap(({ resource, fullUrl }, index) => {
      if (resource === undefined) return [];
      const spot = new Spot<FhirResource>(resource, `Bundle.entry[${index}].resource`, read);
      if (fullUrl !== undefined) this.#byUrl.set(fullUrl, spot);
      return [spot];
    });
  }

  of<N extends FhirResource['resourceType']>(type: N): Spot<OfType<N>>[] {
    return this.all.filter((spot): spot is Spot<OfType<N>> => isA(spot, type));
  }

  /** The entry a reference leads to, of the type asked for. The reference counts as read when it does. */
  follow<N extends FhirResource['resourceType']>(reference: Spot<Reference>, type: N): Spot<OfType<N>> | undefined {
    const found = this.target(reference);
    if (found === undefined || !isA(found, type)) return undefined;
    reference.at('reference').pass('what it refers to is written');
    reference.at('type').pass('what it refers to is written');
    return found;
  }

  /** Whatever entry a reference leads to; nothing counts as read. */
  target(reference: Spot<Reference>): Spot<FhirResource> | undefined {
    const url = reference.value?.reference;
    return url === undefined ? undefined : this.#byUrl.get(url);
  }

  /** The entry under a fullUrl. */
  named(fullUrl: string): Spot<FhirResource> | undefined {
    return this.#byUrl.get(fullUrl);
  }
}

export const isA = <N extends FhirResource['resourceType']>(
  spot: Spot<FhirResource>,
  type: N,
): spot is Spot<OfType<N>> => spot.value?.resourceType === type;
