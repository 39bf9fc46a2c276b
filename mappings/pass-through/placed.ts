/** What passes between the steps of a pass-through. */
import type { FhirResource } from 'fhir/r4.js';
import type { Issue } from '../../profiles/issue.ts';
import type { Warning } from '../mapping.ts';
import type { Identity } from './identify.ts';

/** What a mapping adds to one resource. */
export interface Completion {
  /** Canonicals to claim beside the sender's own. */
  readonly profiles?: readonly string[];
  /** Canonicals the sender claims but the resource cannot keep. */
  readonly withdrawn?: readonly string[];
  readonly tags?: readonly { readonly system: string; readonly code: string }[];
  readonly warnings?: readonly Warning[];
  readonly issues?: readonly Issue[];
  /** Top-level elements laid over the copied ones, as drafts. */
  readonly replaced?: Readonly<Record<string, unknown>>;
  /** Items after those of the copied list elements (`extension`), as drafts. */
  readonly added?: Readonly<Record<string, readonly unknown[]>>;
}

/** One entry of the source and where it went. */
export interface PlacedEntry {
  /** Index in the source Bundle. */
  readonly index: number;
  readonly at: string;
  readonly resource: FhirResource;
  readonly identity: Identity;
  readonly fullUrl: string;
}
