/** Assembles the `transaction` Bundle of a mapping: one conditional update per business identifier, references inside. */
import type { Bundle, FhirResource, Reference } from 'fhir/r4.js';
import { WK_BASE } from '../profiles/canonical.ts';
import { constant, derived, finish, traceOf, type Draft, type Leaf, type Traced } from './draft.ts';
import type { Repetition } from './hl7v2/message.ts';
import { conditionalUrl, fullUrlOf, type BusinessId } from './identity.ts';
import type { DraftEntry, Mapped, SourceSettings } from './mapping.ts';

type TypeName = FhirResource['resourceType'];
export type ResourceDraft<T extends FhirResource> = {
  readonly [K in Exclude<keyof T, 'resourceType'>]?: Draft<Exclude<T[K], undefined>> | undefined;
};

/** `meta.source`: which source and which of its messages (control id, Bundle identifier, requestId). */
export const metaSource = (source: SourceSettings, controlId: string): string =>
  `${WK_BASE}/source/${encodeURIComponent(source.id)}#${encodeURIComponent(controlId)}`;

/** Collects the entries of one output Bundle; adding the same business identifier again returns the first reference. */
export class BundleDraft {
  readonly #entries = new Map<string, DraftEntry>();
  /**
   * By fullUrl, where a message told of an entry first (hl7v2/told-before.ts); here and not in a WeakMap, as the zones of
   * a message are.
   */
  readonly told = new Map<string, readonly Repetition[]>();
  readonly #source: string;

  constructor(source: SourceSettings, controlId: string) {
    this.#source = metaSource(source, controlId);
  }

  has(type: TypeName, id: BusinessId): boolean {
    return this.#entries.has(conditionalUrl(type, id));
  }

  /**
   * Adds a resource whose draft already carries `id` among its identifiers; `make` runs only the first time.
   * Returns the urn:uuid by which other entries refer to it.
   */
  add<T extends FhirResource>(type: T['resourceType'], id: BusinessId, make: () => ResourceDraft<T>): string {
    const url = conditionalUrl(type, id);
    const before = this.#entries.get(url);
    if (before !== undefined) return before.fullUrl;
    const fullUrl = fullUrlOf(type, id);
    // Reserve the place before `make`, so that a resource stands before those it pulls in, and cycles end.
    this.#entries.set(url, { resource: {}, fullUrl, url });
    const draft: { readonly meta?: object | undefined } = make();
    const resource = { resourceType: constant(type, 'bundle.type'), meta: {}, ...draft };
    resource.meta = { ...draft.meta, source: derived(this.#source, 'bundle.meta.source') };
    this.#entries.set(url, { resource, fullUrl, url });
    return fullUrl;
  }

  entries(): DraftEntry[] {
    return [...this.#entries.values()];
  }
}

/** A reference to an entry of the same Bundle. */
export const referTo = (fullUrl: string, type: TypeName, rule = 'bundle.reference'): Draft<Reference> => ({
  reference: derived(fullUrl, rule),
  type: constant(type, rule),
});

/** An identifier draft for a derived business identifier. */
export const identifierOf = (id: BusinessId, value?: Leaf<string>): { system: Leaf<string>; value: Leaf<string> } => ({
  system: constant(id.system, 'bundle.identifier'),
  value: value ?? derived(id.value, 'bundle.identifier'),
});

/** The finished `transaction` Bundle (FHIR R4 http.html#transaction). */
export function toBundle(mapped: Mapped): Bundle<FhirResource> {
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: mapped.entries.map(({ resource, fullUrl, url }) => ({
      fullUrl,
      resource: finish<FhirResource>(resource as Draft<FhirResource>),
      request: { method: 'PUT', url },
    })),
  };
}

/** Every leaf of the finished Bundle with its source. */
export function explainBundle(mapped: Mapped): Traced[] {
  const own = (path: string, rule: string): Traced => ({ path, source: 'derived', rule, terminology: null });
  const fixed = (path: string, rule: string): Traced => ({ path, source: 'constant', rule, terminology: null });
  return [
    fixed('Bundle.resourceType', 'bundle'),
    fixed('Bundle.type', 'bundle'),
    ...mapped.entries.flatMap(({ resource }, index) => {
      const at = `Bundle.entry[${index}]`;
      return [
        own(`${at}.fullUrl`, 'bundle.fullUrl'),
        ...traceOf(resource, `${at}.resource`),
        fixed(`${at}.request.method`, 'bundle.request'),
        own(`${at}.request.url`, 'bundle.request'),
      ];
    }),
  ];
}
