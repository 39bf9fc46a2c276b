/**
 * What was seen, as it crosses from one thread to another: copied as structured clones are, which keeps nothing that hangs
 * on a symbol. FHIR in it (a Task that changes a transfer) goes as its JSON, so that decimals keep their precision.
 */
import { readJson } from '../../profiles/json/read.ts';
import { writeJson } from '../../profiles/json/write.ts';
import type { Taken } from './judge.ts';
import type { Looked } from './look.ts';

export type Crossing =
  | {
      readonly ok: true;
      readonly looked: Looked;
      readonly change: string | null;
      /** Memory that changes hands instead of being copied. */
      readonly handedOver: readonly ArrayBuffer[];
    }
  | { readonly ok: false; readonly error: unknown };

/** A copy of its own: a slice of a pool would take its neighbours along. */
const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);

export function crossing(looked: Looked): Crossing {
  if (!looked.ok) return { ok: true, looked, change: null, handedOver: [] };
  const raw = own(looked.sealed.raw);
  const { outcome } = looked.judged;
  if (!outcome.ok || looked.sealed.mapped === null) {
    return { ok: true, looked: { ...looked, sealed: { raw, mapped: null } }, change: null, handedOver: [raw.buffer] };
  }
  const mapped = own(looked.sealed.mapped);
  const bytes = own(outcome.body.bytes);
  const taken: Taken = { ...outcome, change: null, body: { ...outcome.body, bytes } };
  return {
    ok: true,
    looked: { ...looked, judged: { ...looked.judged, outcome: taken }, sealed: { raw, mapped } },
    change: outcome.change === null ? null : writeJson(outcome.change),
    handedOver: [raw.buffer, mapped.buffer, bytes.buffer],
  };
}

/** Throws what looking threw. */
export function arrived(crossed: Crossing): Looked {
  if (!crossed.ok) throw crossed.error;
  const { looked, change } = crossed;
  if (!looked.ok || !looked.judged.outcome.ok || change === null) return looked;
  const read = readJson(change);
  if (!read.ok) throw new Error('a change cannot be read back');
  const taken: Taken = { ...looked.judged.outcome, change: read.value as Taken['change'] };
  return { ...looked, judged: { ...looked.judged, outcome: taken } };
}
