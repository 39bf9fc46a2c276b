import { createServer } from 'node:http';
import type { Claimed } from '../../../gateway/ledger/ledger.ts';
import { fhirSender, type FhirDestination } from '../../../workers/senders/fhir.ts';
import { destination as regionDestination, listening } from '../partners.ts';

const never = new AbortController().signal;
const delivery: Claimed = {
  id: 'd1',
  seq: 1,
  messageId: 'm1',
  kind: 'lab-result',
  destination: 'ecd',
  lane: 'p',
  status: 'sending',
  attempts: 0,
  createdAt: '2026-11-22T10:00:00.000Z',
  nextAttemptAt: null,
  lastError: null,
  deliveredAt: null,
  responseStatus: null,
  idempotencyKey: 'key-1',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  body: { mediaType: 'application/fhir+json', bytes: Buffer.from('{"resourceType":"Bundle"}') },
};
const fhirDestination = (baseUrl: string, over: object = {}): FhirDestination => {
  const made = regionDestination('ecd', baseUrl, over);
  if (made.protocol !== 'fhir') throw new Error('not fhir');
  return made;
};
describe('a FHIR sender on real sockets', () => {
  test('keeps its connections for one call after another', async () => {
    const ports = new Set<number | undefined>();
    const server = createServer((req, res) => {
      ports.add(req.socket.remotePort);
      req.resume().on('end', () => res.writeHead(200).end('{"resourceType":"Bundle"}'));
    });
    const base = `http://127.0.0.1:${await listening(server)}/fhir`;
    const sender = fhirSender(fhirDestination(base), () => undefined);
    for (let n = 0; n < 10; n += 1) expect(await sender.send(delivery, never)).toMatchObject({ status: 200 });
    // One rests a turn of the event loop after its answer; the other takes over.
    expect(ports.size).toBeLessThanOrEqual(2);
    sender.close();
    server.close();
  });

  test('an endless refusal is not read to its end', async () => {
    const server = createServer((req, res) => {
      res.writeHead(400);
      const more = (): void => {
        while (!res.destroyed && res.write('x'.repeat(65_536)));
      };
      res.on('drain', more);
      more();
    });
    const base = `http://127.0.0.1:${await listening(server)}/fhir`;
    const sender = fhirSender(fhirDestination(base), () => undefined);
    expect(await sender.send(delivery, never)).toMatchObject({ kind: 'http', status: 400, explanation: null });
    sender.close();
    server.closeAllConnections();
    server.close();
  });

  test('a 2xx whose words break off is delivered all the same', async () => {
    const server = createServer((req, res) => {
      req.resume().on('end', () => {
        res.writeHead(200, { 'Content-Length': '1000' });
        res.write('{"resource');
        setTimeout(() => res.destroy(), 20);
      });
    });
    const base = `http://127.0.0.1:${await listening(server)}/fhir`;
    const sender = fhirSender(fhirDestination(base), () => undefined);
    expect(await sender.send(delivery, never)).toMatchObject({ kind: 'http', status: 200 });
    sender.close();
    server.close();
  });
});
