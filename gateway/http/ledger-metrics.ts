/** Figures of the ledger, for Prometheus: the same from every process that shares it. Labels hold ids of the region and codes only. */
import { Gauge, type Registry } from 'prom-client';
import type { Clock } from '../clock.ts';
import { stateOf } from '../ledger/breaker.ts';
import type { Reader } from '../ledger/ledger.ts';

/** Asks the ledger at every scrape; a ledger that is away leaves its figures out. */
export function watchLedger(registry: Registry, ledger: Reader, clock: Clock): void {
  const gauge = <T, Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    ask: () => Promise<T | null>,
    read: (answer: T, set: (labels: Partial<Record<Label, string>>, value: number) => void) => void,
  ): void => {
    const one: Gauge<Label> = new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      async collect(): Promise<void> {
        const answer = await ask();
        one.reset();
        if (answer !== null) read(answer, (labels, value) => one.set(labels, value));
      },
    });
  };
  const counts = shared(() => ledger.reconciliation());
  const backlog = shared(() => ledger.backlog());
  const states = shared(() => ledger.destinations());
  const sources = shared(() => ledger.sourceBacklog());
  const alarms = shared(() => ledger.alarms());
  const lanes = shared(() => ledger.lanes());

  const messages = 'Messages received, by what became of them; their sum is all that was received.';
  gauge('gateway_messages', messages, ['status'], counts, (counted, set) => {
    for (const [status, count] of Object.entries(counted)) {
      if (typeof count === 'number' && status !== 'received') set({ status }, count);
    }
  });
  const balanced = '1 when every received message is accounted for.';
  gauge('gateway_reconciliation_balanced', balanced, [], counts, (counted, set) => set({}, counted.balanced ? 1 : 0));
  const deliveries = 'Deliveries of a destination that are open, and that are dead.';
  gauge('gateway_deliveries', deliveries, ['destination', 'status'], backlog, (found, set) => {
    for (const { destination, waiting, sending, retrying, dead } of found) {
      for (const [status, count] of Object.entries({ waiting, sending, retrying, dead })) {
        set({ destination, status }, count);
      }
    }
  });
  const oldest = 'How long the oldest open delivery of a destination has waited.';
  gauge('gateway_oldest_waiting_seconds', oldest, ['destination'], backlog, (found, set) => {
    for (const { destination, oldestWaitingAt } of found) {
      const waited = oldestWaitingAt === null ? 0 : clock.now().getTime() - Date.parse(oldestWaitingAt);
      set({ destination }, Math.max(0, waited / 1000));
    }
  });
  const open = 'Lanes (patients) of a destination that have something open.';
  gauge('gateway_lanes', open, ['destination'], lanes, (found, set) => {
    for (const { destination, lanes: count } of found) set({ destination }, count);
  });
  const deepest = 'Deliveries in the longest lane of a destination.';
  gauge('gateway_lane_depth', deepest, ['destination'], lanes, (found, set) => {
    for (const { destination, deepest: depth } of found) set({ destination }, depth);
  });
  const breaker = '1 for the state the breaker of a destination is in.';
  gauge('gateway_breaker', breaker, ['destination', 'state'], states, (found, set) => {
    for (const { destination, breaker: kept } of found) {
      const now = stateOf(kept, clock.now().toISOString());
      for (const state of ['closed', 'open', 'half-open']) set({ destination, state }, state === now ? 1 : 0);
    }
  });
  const paused = '1 for a destination nothing is sent to, by the word of an operator.';
  gauge('gateway_destination_paused', paused, ['destination'], states, (found, set) => {
    for (const { destination, pausedAt } of found) set({ destination }, pausedAt === null ? 0 : 1);
  });
  const bySource = 'Messages of a source that something is still open of.';
  gauge('gateway_source_open', bySource, ['source'], sources, (found, set) => {
    for (const [source, count] of found) set({ source }, count);
  });
  const raised = 'What an alarm counts while it is raised; nothing when it is not.';
  gauge('gateway_alarm', raised, ['alarm', 'subject'], alarms, (found, set) => {
    for (const { kind, subject, count } of found) set({ alarm: kind, subject }, count);
  });
}

/** One question for all who ask while it is under way; null when it fails. */
function shared<T>(ask: () => Promise<T>): () => Promise<T | null> {
  let asked: Promise<T | null> | null = null;
  return () =>
    (asked ??= ask()
      .catch(() => null)
      .finally(() => (asked = null)));
}
