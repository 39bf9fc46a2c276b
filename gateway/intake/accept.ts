/** `receive`, the one door: who sends, what it is, is it proved; then one commit, and only then an answer. */
import { LedgerUnavailable } from '../ledger/ledger.ts';
import type { LogFields } from '../log.ts';
import { refuse, type Refusal } from '../refusal.ts';
import type { RegionFile, Source } from '../regions/region.ts';
import type { Judged } from './judge.ts';
import { LookLost } from './look-aside.ts';
import type { Look, Looked } from './look.ts';
import type { Looking, Receive } from './receive.ts';
import { createRoom } from './room.ts';
import { store, type IntakeDeps } from './store.ts';

/** `deps.look`: where it is looked at (look-here.ts, look-aside.ts). */
export function createReceive(deps: IntakeDeps & { readonly look: Look }): Receive {
  const { desk, ledger, log, tracing } = deps;
  const room = createRoom(desk.region, ledger);
  return async (arrival) => {
    const { behind, broke, ...looking } = arrival;
    const mapping = tracing?.start('map', arrival.traceparent, { door: arrival.door });
    const looked = await seen(deps, looking).catch((error: unknown) => {
      mapping?.end(true);
      throw error;
    });
    if (!looked.ok) {
      mapping?.end(looked.refusal.kind === 'unavailable');
      return { ok: false, refusal: looked.refusal, message: null };
    }
    const { judged, sealed } = looked;
    const source = sourceOf(desk.region, looked.source);
    mapping?.set({ source: source.id, ...factsOf(judged) });
    mapping?.end();
    if (judged.outcome.ok) {
      const { flow } = judged.outcome;
      const isIn = (await room.enter(source, flow)) && behind?.() !== true;
      if (!isIn) {
        const untilRoom = (ms: number): Promise<boolean> => room.until(source, flow, ms);
        return { ok: false, refusal: busy(), message: null, untilRoom };
      }
    }
    const commit = tracing?.start('commit', arrival.traceparent, { door: arrival.door, source: source.id });
    try {
      const received = await ledger.write(async (tx) => {
        if (behind?.() === true) throw new LedgerUnavailable('one before it on the same line was not stored');
        try {
          return await store(tx, deps, arrival, source, judged, sealed);
        } catch (error) {
          broke?.();
          throw error;
        }
      });
      commit?.set({ messageId: received.message?.id, status: received.message?.status });
      commit?.end();
      return received;
    } catch (error) {
      commit?.end(true);
      if (!(error instanceof LedgerUnavailable)) throw error;
      log.failure('ledger.unavailable', error, { door: arrival.door, source: source.id });
      return { ok: false, refusal: unavailable(), message: null };
    }
  };
}

/** The same, with what an operator should know of it. */
async function seen({ desk, look, log }: IntakeDeps & { readonly look: Look }, arrival: Looking): Promise<Looked> {
  try {
    const looked = await look(arrival, { receivedAt: desk.now(), messageId: desk.newId(), taskId: desk.newId() });
    if (!looked.ok) {
      const { door, bytes } = arrival;
      log.event('sender.refused', { door, code: looked.refusal.kind, bytes: bytes.length }, 'warn');
    }
    return looked;
  } catch (error) {
    if (!(error instanceof LookLost)) throw error;
    return { ok: false, refusal: unavailable() };
  }
}

function sourceOf(region: RegionFile, id: string): Source {
  const source = region.sources.find((one) => one.id === id);
  if (source === undefined) throw new Error(`region ${region.id} has no source ${id}`);
  return source;
}

const factsOf = ({ outcome, type }: Judged): LogFields =>
  outcome.ok
    ? { flow: outcome.flow, mapping: outcome.mapping.id, type }
    : { flow: outcome.flow, code: outcome.refusal.kind, type };

const busy = (): Refusal =>
  refuse('busy', {
    code: 'throttled',
    expression: '',
    text: 'too much is waiting to be delivered; nothing was accepted',
    rule: 'busy',
  });

const unavailable = (): Refusal =>
  refuse('unavailable', {
    code: 'transient',
    expression: '',
    text: 'the message could not be stored; nothing was accepted',
    rule: 'unavailable',
  });
