/** `receive`, the one door: who sends, what it is, is it proved; then one commit, and only then an answer. */
import { readArrival, type Reading } from '../flows/reading.ts';
import { kindAt } from '../flows/thaw.ts';
import { LedgerUnavailable } from '../ledger/ledger.ts';
import type { LogFields } from '../log.ts';
import { refuse, type Refusal } from '../refusal.ts';
import type { Source } from '../regions/region.ts';
import { identifySource } from './identify.ts';
import { judge, type Judged } from './judge.ts';
import type { Arrival, Receive } from './receive.ts';
import { createRoom } from './room.ts';
import { store, type IntakeDeps } from './store.ts';
import { createTurn } from './turn.ts';

/** Superset of ASCII that decodes anything: enough to read MSH-3, MSH-4 and MSH-18 before the source is known. */
const ANY_CHARSET = '8859/1';

/** Enough for a commit to pay; begun within a thirtieth of a second. */
const BEGUN_IN_A_TURN = 16;

export function createReceive(deps: IntakeDeps): Receive {
  const turn = createTurn(BEGUN_IN_A_TURN);
  const room = createRoom(deps.desk.region, deps.ledger);
  return async (arrival) => {
    const { ledger, log, tracing } = deps;
    await turn();
    const mapping = tracing?.start('map', arrival.traceparent, { door: arrival.door });
    const looked = look(deps, arrival);
    if (!looked.ok) {
      mapping?.end();
      return { ok: false, refusal: looked.refusal, message: null };
    }
    const { source, judged } = looked;
    mapping?.set({ source: source.id, ...factsOf(judged) });
    mapping?.end();
    if (judged.outcome.ok) {
      const { flow } = judged.outcome;
      const isIn = (await room.enter(source, flow)) && arrival.behind?.() !== true;
      if (!isIn) {
        const untilRoom = (ms: number): Promise<boolean> => room.until(source, flow, ms);
        return { ok: false, refusal: busy(), message: null, untilRoom };
      }
    }
    const commit = tracing?.start('commit', arrival.traceparent, { door: arrival.door, source: source.id });
    try {
      const received = await ledger.write((tx) => {
        if (arrival.behind?.() === true) throw new LedgerUnavailable('one before it on the same line was not stored');
        return store(tx, deps, arrival, source, judged);
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

const factsOf = ({ outcome, type }: Judged): LogFields =>
  outcome.ok
    ? { flow: outcome.flow, mapping: outcome.mapping.id, type }
    : { flow: outcome.flow, code: outcome.refusal.kind, type };

/** All that comes before the commit, in a function of its own: what it read is not held while the commit is awaited. */
function look(
  { desk, log }: IntakeDeps,
  arrival: Arrival,
):
  | { readonly ok: true; readonly source: Source; readonly judged: Judged }
  | { readonly ok: false; readonly refusal: Refusal } {
  const kind = kindAt(arrival.door, arrival.mediaType);
  const first = kind === 'hl7v2' || arrival.tooLarge !== true ? readArrival(arrival.bytes, kind, ANY_CHARSET) : null;
  const found = identifySource(desk, arrival.door, arrival.credentials, first === null ? null : headerOf(first));
  if (!found.ok) {
    log.event('sender.refused', { door: arrival.door, code: found.refusal.kind, bytes: arrival.bytes.length }, 'warn');
    return found;
  }
  const { source } = found;
  const reading = first === null ? null : rereadInCharset(first, arrival, source);
  return { ok: true, source, judged: judge(desk, arrival, source, reading) };
}

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

/** An HL7 v2 message, or its header, when one could be read. */
const headerOf = (reading: Reading): Parameters<typeof identifySource>[3] =>
  reading.ok ? (reading.kind === 'hl7v2' ? reading.message : null) : reading.header;

/** The first look was in a charset that takes any byte; where MSH-18 is empty the source's own decides. */
function rereadInCharset(first: Reading, arrival: Arrival, source: Source): Reading {
  const header = headerOf(first);
  if (header === null || header.header.at(18).text !== '' || source.charset === ANY_CHARSET) return first;
  if (arrival.bytes.every((byte) => byte < 0x80)) return first;
  return readArrival(arrival.bytes, 'hl7v2', source.charset);
}
