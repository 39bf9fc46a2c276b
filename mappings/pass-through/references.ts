/** Rewrites the references of a FHIR message to the fullUrls of its output Bundle. */
import type { Bundle, BundleEntry } from 'fhir/r4.js';
import { assignedSystem } from '../identity.ts';
import type { SourceSettings } from '../mapping.ts';
import { canonicalSystem, canonicalValue } from './identify.ts';
import { omit } from './omit.ts';

type Json = Record<string, unknown>;

/** Where the entries of a message went: its own names of an entry → the new fullUrl. */
export class References {
  readonly #byUrl = new Map<string, string>();
  /** `Type/id` → new fullUrl; null when two entries go by that name. */
  readonly #byTypeAndId = new Map<string, string | null>();
  readonly #source: SourceSettings;

  constructor(bundle: Bundle, newFullUrl: (index: number) => string | undefined, source: SourceSettings) {
    this.#source = source;
    (bundle.entry ?? []).forEach((entry, index) => {
      const target = newFullUrl(index);
      if (target === undefined) return;
      if (entry.fullUrl !== undefined) this.#byUrl.set(entry.fullUrl, target);
      const names = new Set([
        entry.resource?.id === undefined ? undefined : `${entry.resource.resourceType}/${entry.resource.id}`,
        /[A-Z]\w+\/[^/]+$/.exec(/^https?:/.test(entry.fullUrl ?? '') ? (entry.fullUrl ?? '') : '')?.[0],
      ]);
      for (const name of names) {
        if (name === undefined) continue;
        const known = this.#byTypeAndId.get(name);
        this.#byTypeAndId.set(name, known === undefined || known === target ? target : null);
      }
    });
  }

  /** The new fullUrl of the entry that `reference` names, seen from the entry it stands in (FHIR R4 bundle.html#references). */
  resolve(reference: string, from: BundleEntry): string | undefined {
    const name = reference.replace(/\/_history\/[^/]+$/, '');
    const exact = this.#byUrl.get(name);
    if (exact !== undefined || /^(https?|urn):/.test(name)) return exact;
    const base = /^(https?:.+\/)[A-Z]\w+\/[^/]+$/.exec(from.fullUrl ?? '')?.[1];
    return (base === undefined ? undefined : this.#byUrl.get(base + name)) ?? this.#byTypeAndId.get(name) ?? undefined;
  }

  /** `value` with its references rewritten; parts without any are the same objects, not copies. */
  rewrite(value: unknown, from: BundleEntry): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) {
      const items = value.map((item: unknown) => this.rewrite(item, from));
      return items.some((item, index) => item !== value[index]) ? items : value;
    }
    let result = value as Json;
    for (const [key, child] of Object.entries(value)) {
      const changed = this.#rewriteChild(key, child, from);
      if (changed === child) continue;
      if (result === value) result = { ...result };
      result[key] = changed;
    }
    const { system, value: number } = result;
    if (typeof system === 'string' && typeof number === 'string') {
      const canonical = canonicalValue(system, number);
      if (canonical !== number) result = { ...result, value: canonical };
    }
    return typeof result['reference'] === 'string' ? this.#refer(result, result['reference'], from) : result;
  }

  #rewriteChild(key: string, child: unknown, from: BundleEntry): unknown {
    if (typeof child !== 'string') return this.rewrite(child, from);
    if (key === 'system') return canonicalSystem(child);
    // Addresses that are no Reference (Attachment.url, valueUri) may still point at an entry by its urn.
    return child.startsWith('urn:uuid:') && key !== 'reference' && key !== 'value'
      ? (this.#byUrl.get(child) ?? child)
      : child;
  }

  /**
   * A reference that leads out of the message: an absolute URL stays; `Patient/12` and a foreign urn become logical,
   * because at the receiver they would be nobody, or somebody else.
   */
  #refer(holder: Json, reference: string, from: BundleEntry): Json {
    if (reference.startsWith('#')) return holder;
    const target = this.resolve(reference, from);
    if (target !== undefined) return { ...holder, reference: target };
    if (/^https?:/.test(reference)) return holder;
    const rest: Json = omit(holder, 'reference');
    if (rest['identifier'] !== undefined) return rest;
    const system = reference.startsWith('urn:') ? 'urn:ietf:rfc:3986' : assignedSystem(this.#source, 'resource', '');
    return { ...rest, identifier: { system, value: reference } };
  }
}
