/**
 * Spans over OTLP/HTTP to a collector. Loaded only where OTEL_EXPORTER_OTLP_ENDPOINT is set. A collector that is slow or away costs
 * spans, never messages: they wait in a bounded buffer and are dropped beyond it.
 */
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Context } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { allowedFields, type LogFields } from '../log.ts';
import { VERSION } from '../version.ts';
import type { SpanName, Tracing } from './tracing.ts';

const KIND: Record<SpanName, SpanKind> = {
  door: SpanKind.SERVER,
  map: SpanKind.INTERNAL,
  commit: SpanKind.INTERNAL,
  deliver: SpanKind.CLIENT,
};

/** How long a collector may take, its retries counted: a stop waits for what is left to send. */
const EXPORT_MS = 3_000;

/** `endpoint` as OTEL_EXPORTER_OTLP_ENDPOINT names it, without the path of a signal (OpenTelemetry protocol exporter spec). */
export function otlpTracing(endpoint: string, service: string): Tracing {
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    timeoutMillis: EXPORT_MS,
  });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.version': VERSION }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer('wijkkliniek-gateway', VERSION);
  return {
    start: (name, parent, fields = {}) => {
      const options = { kind: KIND[name], attributes: attributesOf(fields), root: parent === null };
      const span = tracer.startSpan(name, options, parent === null ? ROOT_CONTEXT : contextOf(parent));
      const { traceId, spanId, traceFlags } = span.spanContext();
      return {
        traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
        set: (more) => span.setAttributes(attributesOf(more)),
        end: (failed = false) => {
          if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        },
      };
    },
    // A collector that is away must not make a stop fail.
    stop: () => provider.shutdown().catch(() => undefined),
  };
}

/** The fields of a log line, through the same closed list. */
const attributesOf = (fields: LogFields): Record<string, string | number | boolean> =>
  Object.fromEntries(
    Object.entries(allowedFields(fields)).flatMap(([name, value]) =>
      value === null ? [] : [[`gateway.${name}`, value]],
    ),
  );

function contextOf(traceparent: string): Context {
  const [, traceId = '', spanId = '', flags = '00'] = traceparent.split('-');
  const traceFlags = Number.parseInt(flags, 16);
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}
