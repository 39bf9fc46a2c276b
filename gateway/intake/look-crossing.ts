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
      /** The output, handed over and not copied. */
      readonly body: Uint8Array<ArrayBuffer> | null;
      readonly change: string | null;
    }
  | { readonly ok: false; readonly error: unknown };

const NOTHING = new Uint8Array();

export function crossing(looked: Looked): Crossing {
  if (!looked.ok || !looked.judged.outcome.ok) return { ok: true, looked, body: null, change: null };
  const { outcome } = looked.judged;
  const bare: Taken = { ...outcome, change: null, body: { ...outcome.body, bytes: NOTHING } };
  return {
    ok: true,
    looked: { ...looked, judged: { ...looked.judged, outcome: bare } },
    // A copy of its own: a slice of a pool would take its neighbours along.
    body: new Uint8Array(outcome.body.bytes),
    change: outcome.change === null ? null : writeJson(outcome.change),
  };
}

/** Throws what looking threw. */
export function arrived(crossed: Crossing): Looked {
  if (!crossed.ok) throw crossed.error;
  const { looked, body, change } = crossed;
  if (!looked.ok || !looked.judged.outcome.ok || body === null) return looked;
  const { outcome } = looked.judged;
  const taken: Taken = {
    ...outcome,
    change: change === null ? null : changeOf(change),
    body: { ...outcome.body, bytes: body },
  };
  return { ...looked, judged: { ...looked.judged, outcome: taken } };
}

function changeOf(text: string): Taken['change'] {
  const read = readJson(text);
  if (!read.ok) throw new Error('a change cannot be read back');
  return read.value as Taken['change'];
}
