/** Figures of delivery for Prometheus. */
import { Counter, Histogram, type Registry } from 'prom-client';
import type { DeliveryMetrics } from './start.ts';

export function deliveryMetrics(registry: Registry): DeliveryMetrics {
  const attempts = new Counter({
    name: 'gateway_delivery_attempts_total',
    help: 'Attempts to deliver, by what came of them.',
    labelNames: ['destination', 'outcome'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'gateway_delivery_attempt_seconds',
    help: 'From the first byte sent to the verdict.',
    labelNames: ['destination'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  });
  const delivered = new Histogram({
    name: 'gateway_commit_to_delivered_seconds',
    help: 'From the commit that put a delivery in line to the answer that ended it.',
    labelNames: ['destination'],
    buckets: [0.01, 0.05, 0.25, 1, 5, 30, 120, 600, 3600, 21600, 86400],
    registers: [registry],
  });
  return {
    attempted: (destination, outcome, durationMs, sinceCommitMs) => {
      attempts.inc({ destination, outcome });
      seconds.observe({ destination }, durationMs / 1000);
      if (outcome === 'delivered') delivered.observe({ destination }, Math.max(0, sinceCommitMs) / 1000);
    },
  };
}
