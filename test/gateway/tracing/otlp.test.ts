import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { asProcess, eventually, newFolder, type GatewayProcess } from '../../setup/gateway.ts';
import { call, coalition, labMessage, SEH, KEYS, testBsn, tracked, transferBody } from '../../setup/coalition.ts';
import { askMllp } from '../../setup/mllp.ts';
import { startPartner, type Partner } from '../../setup/partner.ts';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
  readonly status: { readonly code?: number };
}

/** The JSON form of the OpenTelemetry protocol, of which only the spans are looked at. */
interface Export {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[];
}

/** A collector that keeps what it is sent. */
async function startCollector(): Promise<{ server: Server; url: string; spans: Span[]; paths: Set<string> }> {
  const spans: Span[] = [];
  const paths = new Set<string>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    paths.add(request.url ?? '');
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Export;
      for (const { scopeSpans } of resourceSpans) for (const scope of scopeSpans) spans.push(...scope.spans);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spans, paths };
}

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';
const bsn = testBsn(3);

describe('traces, to a collector of their own', () => {
  let collector: Awaited<ReturnType<typeof startCollector>>;
  let partner: Partner;
  let gateway: GatewayProcess;
  const folder = newFolder();

  beforeAll(async () => {
    collector = await startCollector();
    partner = await startPartner();
    const region = join(folder, 'region.json');
    writeFileSync(region, JSON.stringify(coalition(partner.url, { wijkkliniek: { negotiation: false } })));
    const env = { ...KEYS, CONFIG: region, OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/` };
    gateway = await asProcess(folder, env);
    const traceparent = `00-${TRACE}-${CALLER}-01`;
    await call(gateway, 'POST', '/transfers', transferBody('TRACED', bsn), { ...SEH, traceparent });
    await eventually(async () => partner.received.length > 0);
    await askMllp(gateway.mllpPort, labMessage({ id: 'TRACED-LAB', bsn }));
    await askMllp(gateway.mllpPort, labMessage({ id: 'TRACED-WRONG', bsn: '999999999' }));
    await call(gateway, 'GET', '/reconciliation');
    await eventually(async () => (await tracked(gateway, 'TRACED-LAB')).status === 'delivered');
    await gateway.stop();
  });
  afterAll(async () => {
    await partner.stop();
    collector.server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const named = (traceId: string, name: string): Span[] =>
    collector.spans.filter((span) => span.traceId === traceId && span.name === name);
  const valuesOf = (span: Span | undefined): Record<string, unknown> =>
    Object.fromEntries((span?.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]));

  it('reach in one trace from the caller to the answer of the receiver', () => {
    const [door] = named(TRACE, 'door');
    const [map] = named(TRACE, 'map');
    const [commit] = named(TRACE, 'commit');
    const [deliver] = named(TRACE, 'deliver');
    expect(door?.parentSpanId).toBe(CALLER);
    expect([map?.parentSpanId, commit?.parentSpanId, deliver?.parentSpanId]).toEqual(
      Array.from({ length: 3 }, () => door?.spanId),
    );
    expect(partner.received[0]?.headers['traceparent']).toBe(`00-${TRACE}-${deliver?.spanId ?? ''}-01`);
  });

  it('begin at the door where the caller brings none', () => {
    const lab = collector.spans.find((span) => valuesOf(span)['gateway.type'] === 'ORU^R01');
    const trace = lab?.traceId ?? '';
    const [door] = named(trace, 'door');
    expect(door?.parentSpanId ?? '').toBe('');
    expect(named(trace, 'deliver')[0]?.parentSpanId).toBe(door?.spanId);
    expect(partner.received.at(-1)?.headers['traceparent']).toContain(trace);
  });

  it('carry ids and codes of a closed list, and nothing of the patient', () => {
    const keys = new Set(collector.spans.flatMap(({ attributes }) => attributes.map(({ key }) => key)));
    expect([...keys].sort()).toEqual(
      [
        'attempts',
        'code',
        'deliveryId',
        'destination',
        'door',
        'flow',
        'httpStatus',
        'kind',
        'mapping',
        'messageId',
        'method',
        'source',
        'status',
        'type',
      ].map((field) => `gateway.${field}`),
    );
    expect(JSON.stringify(collector.spans)).not.toMatch(new RegExp(`${bsn}|Canarius|Zorro|1941`));
    expect(collector.spans.map(valuesOf).filter((values) => values['gateway.code'] === 'rule')).toHaveLength(1);
  });

  it('are of the doors of partners alone, and go where OpenTelemetry has them', () => {
    expect(collector.spans.filter(({ name }) => name === 'door')).toHaveLength(3);
    expect([...collector.paths]).toEqual(['/v1/traces']);
  });
});

it('a collector that is away keeps nothing and nobody waiting', async () => {
  const folder = newFolder();
  const gateway = await asProcess(folder, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
  try {
    expect(await askMllp(gateway.mllpPort, labMessage({ id: 'AWAY', bsn, application: 'X' }))).toContain('MSA|AA|AWAY');
    const started = performance.now();
    expect(await gateway.stop()).toBe(0);
    expect(performance.now() - started).toBeLessThan(8_000);
  } finally {
    await gateway.kill();
    rmSync(folder, { recursive: true, force: true });
  }
});
