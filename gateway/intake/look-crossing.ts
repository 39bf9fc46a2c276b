/**
 * What goes to a thread and comes back, by the handful: one text and one piece of memory that changes hands. A structured
 * clone of each message, or a buffer of its own for each content, would cost a quarter of what looking itself costs.
 */
import { readJson } from '../../profiles/json/read.ts';
import { writeJson } from '../../profiles/json/write.ts';
import type { Content } from '../ledger/ledger.ts';
import type { Stamp, Taken } from './judge.ts';
import type { Looked } from './look.ts';
import type { Looking } from './receive.ts';

export interface Handful {
  /** JSON: one item for each message. */
  readonly text: string;
  /** The bytes of them all, one after the other. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A length in bytes where there are bytes. */
type Length = number | null;
type Question = readonly [arrival: Omit<Looking, 'bytes'>, stamp: Stamp, length: number];

export interface Asking {
  readonly arrival: Looking;
  readonly stamp: Stamp;
}

/** A bug with one message is that message's alone. */
export type Answer = { readonly looked: Looked } | { readonly thrown: Error };

/** Its stack, of which a log takes the places alone. */
interface Thrown {
  readonly thrown: string;
}

interface Told {
  /** Without its bytes, and without FHIR that may hold a decimal: JSON.stringify would not keep its precision. */
  readonly looked: Looked;
  readonly change: string | null;
  readonly raw: Length;
  readonly mapped: Length;
  readonly clear: Length;
}

const NOTHING = new Uint8Array();

function packed(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Views of what was packed, in the same order. */
function unpacking(bytes: Uint8Array): (length: number) => Uint8Array {
  let at = 0;
  return (length) => bytes.subarray(at, (at += length));
}

export function toThread(asked: readonly Asking[]): Handful {
  const questions = asked.map(({ arrival: { bytes, ...arrival }, stamp }): Question => [arrival, stamp, bytes.length]);
  return { text: JSON.stringify(questions), bytes: packed(asked.map(({ arrival }) => arrival.bytes)) };
}

export function inThread({ text, bytes }: Handful): Asking[] {
  const next = unpacking(bytes);
  return (JSON.parse(text) as Question[]).map(([arrival, stamp, length]) => ({
    arrival: { ...arrival, bytes: next(length) },
    stamp,
  }));
}

export function fromThread(answers: readonly Answer[]): Handful {
  const parts: Uint8Array[] = [];
  const put = (bytes: Uint8Array | null): Length => {
    if (bytes === null) return null;
    parts.push(bytes);
    return bytes.length;
  };
  const told = answers.map((answer) => {
    if ('thrown' in answer) return { thrown: answer.thrown.stack ?? '' } satisfies Thrown;
    const { looked } = answer;
    if (!looked.ok) return { looked, change: null, raw: null, mapped: null, clear: null } satisfies Told;
    const { sealed, judged } = looked;
    const { outcome } = judged;
    const bare = outcome.ok ? { ...outcome, change: null, clear: bareOf(outcome.clear) } : outcome;
    return {
      looked: { ...looked, judged: { ...judged, outcome: bare }, sealed: { raw: NOTHING, mapped: null } },
      change: outcome.ok && outcome.change !== null ? writeJson(outcome.change) : null,
      raw: put(sealed.raw),
      mapped: put(sealed.mapped),
      clear: put(outcome.ok ? (outcome.clear?.bytes ?? null) : null),
    } satisfies Told;
  });
  return { text: JSON.stringify(told), bytes: packed(parts) };
}

const bareOf = (content: Content | null): Content | null => (content === null ? null : { ...content, bytes: NOTHING });

export function backFromThread({ text, bytes }: Handful): Answer[] {
  const next = unpacking(bytes);
  const take = (length: Length): Uint8Array | null => (length === null ? null : next(length));
  return (JSON.parse(text) as (Told | Thrown)[]).map((told) => {
    if ('thrown' in told) return { thrown: Object.assign(new Error('looking threw'), { stack: told.thrown }) };
    const { looked, change, raw, mapped, clear } = told;
    if (!looked.ok) return { looked };
    const sealed = { raw: take(raw) ?? NOTHING, mapped: take(mapped) };
    const { judged } = looked;
    const { outcome } = judged;
    if (!outcome.ok) return { looked: { ...looked, sealed } };
    const inClear = take(clear);
    const taken: Taken = {
      ...outcome,
      change: change === null ? null : changeOf(change),
      clear: outcome.clear === null || inClear === null ? null : { ...outcome.clear, bytes: inClear },
    };
    return { looked: { ...looked, judged: { ...judged, outcome: taken }, sealed } };
  });
}

function changeOf(text: string): Taken['change'] {
  const read = readJson(text);
  if (!read.ok) throw new Error('a change cannot be read back');
  return read.value as Taken['change'];
}
