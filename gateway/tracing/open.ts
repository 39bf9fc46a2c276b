/** The exporter is read from disk only where it is used. */
import type { Config } from '../config.ts';
import type { Tracing } from './tracing.ts';

export async function openTracing(traces: Config['traces']): Promise<Tracing | null> {
  if (traces === null) return null;
  const { otlpTracing } = await import('./otlp.ts');
  return otlpTracing(traces.endpoint, traces.service);
}
