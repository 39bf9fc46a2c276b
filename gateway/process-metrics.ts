/** Figures of this process, for Prometheus: memory, processor and event-loop lag (prom-client's own names), and its commits. */
import { collectDefaultMetrics, Histogram, type Registry } from 'prom-client';
import type { Ledger } from './ledger/ledger.ts';

export function watchProcess(registry: Registry, ledger: Pick<Ledger, 'onCommit'>): void {
  collectDefaultMetrics({ register: registry });
  const units = new Histogram({
    name: 'gateway_commit_units',
    help: 'Units of work (messages, outcomes, claims) in one commit.',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 500],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'gateway_commit_seconds',
    help: 'From the first unit of a commit to the disk.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers: [registry],
  });
  ledger.onCommit((count, took) => {
    units.observe(count);
    seconds.observe(took);
  });
}
