import { createServer, type AddressInfo, type Socket } from 'node:net';
import { systemClock } from '../../../gateway/clock.ts';
import type { Claimed } from '../../../gateway/ledger/ledger.ts';
import { startMllpHospital } from '../../../gateway/sandbox/mllp-hospital.ts';
import { hospitalAt } from '../partners.ts';
import { mllpSender } from '../../../workers/senders/mllp.ts';
import type { Sender } from '../../../workers/senders/sender.ts';

const never = new AbortController().signal;
let ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.reverse()) await end();
  ending = [];
});

const message = (controlId: string, event = 'RRI^I12'): string =>
  `MSH|^~\\&|WK|WK|EPD|HOSP|20261122110000+0100||${event}|${controlId}|P|2.5|||||NLD|UNICODE UTF-8\rRF1|A\r`;
const delivery = (text: string): Claimed => ({
  id: 'd1',
  seq: 1,
  messageId: 'm1',
  kind: 'transfer-update',
  destination: 'epd',
  lane: 'p',
  status: 'sending',
  attempts: 0,
  createdAt: '2026-11-22T10:00:00.000Z',
  nextAttemptAt: null,
  lastError: null,
  deliveredAt: null,
  responseStatus: null,
  idempotencyKey: 'key-1',
  traceparent: '',
  body: { mediaType: 'application/hl7-v2', bytes: Buffer.from(text) },
});
function senderTo(port: number, timeoutMs = 1_000): Sender {
  const sender = mllpSender(hospitalAt(port, { timeoutMs }));
  ending.push(() => sender.close());
  return sender;
}

/** A peer that answers each frame with what `answer` writes; counts its connections. */
async function peer(
  answer: (socket: Socket, frame: string, nth: number) => void,
): Promise<{ port: number; connections: () => number }> {
  let connections = 0;
  let frames = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    let held = '';
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      held += chunk.toString();
      for (let end = held.indexOf('\x1c\r'); end >= 0; end = held.indexOf('\x1c\r')) {
        answer(socket, held.slice(1, end), ++frames);
        held = held.slice(end + 2);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ending.push(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
}
const ackOf = (code: string, controlId: string, more = ''): string =>
  `\x0bMSH|^~\\&|EPD|HOSP|WK|WK|20261122110000||ACK|A1|P|2.5\rMSA|${code}|${controlId}\r${more}\x1c\r`;

describe('an MLLP sender', () => {
  test('delivers to the sandbox hospital over one connection, in order', async () => {
    const hospital = await startMllpHospital({ host: '127.0.0.1', port: 0, clock: systemClock });
    ending.push(() => hospital.stop());
    const sender = senderTo(hospital.port);
    for (const id of ['C1', 'C2', 'C3']) {
      expect(await sender.send(delivery(message(id)), never)).toEqual({
        kind: 'ack',
        code: 'AA',
        table0357: null,
        explanation: null,
      });
    }
    expect(hospital.messages().map(({ controlId, type, answered }) => [controlId, type, answered])).toEqual([
      ['C1', 'RRI^I12', 'AA'],
      ['C2', 'RRI^I12', 'AA'],
      ['C3', 'RRI^I12', 'AA'],
    ]);
    expect(hospital.messages()[0]?.text).toContain('RF1|A');
  });

  test.each([
    [
      ackOf('AE', 'C1', 'ERR||PID^1^3|101^Required field missing^HL70357|E||||PID-3 is empty\r'),
      { code: 'AE', table0357: '101', explanation: { code: null, text: 'PID-3 is empty' } },
    ],
    [
      ackOf('AR', 'C1', 'ERR|||207^Application internal error^HL70357|E\r'),
      { code: 'AR', table0357: '207', explanation: { code: null, text: 'Application internal error' } },
    ],
    [
      ackOf('AE', 'C1', 'ERR|||0^Fine^HL70357|W\rERR|||103^Table value not found^HL70357|E||||for 999900006\r'),
      { code: 'AE', table0357: '103', explanation: { code: null, text: 'for ***' } },
    ],
    [ackOf('CA', 'C1'), { code: 'CA', table0357: null, explanation: null }],
  ])('reads the answer %j', async (answer, expected) => {
    const { port } = await peer((socket) => socket.write(answer));
    expect(await senderTo(port).send(delivery(message('C1')), never)).toEqual({ kind: 'ack', ...expected });
  });

  test('after a timeout uses a new connection, so that the late answer is nobody’s', async () => {
    const { port, connections } = await peer((socket, _frame, nth) => {
      if (nth === 1) setTimeout(() => socket.write(ackOf('AA', 'C1')), 200);
      else socket.write(ackOf('AE', 'C2'));
    });
    const sender = senderTo(port, 100);
    expect(await sender.send(delivery(message('C1')), never)).toMatchObject({
      kind: 'fault',
      code: 'timeout',
      sent: true,
    });
    expect(await sender.send(delivery(message('C2')), never)).toMatchObject({ kind: 'ack', code: 'AE' });
    expect(connections()).toBe(2);
  });

  test('an acknowledgement of another message is not taken for this one’s', async () => {
    const { port } = await peer((socket) => socket.write(ackOf('AE', 'OTHER') + ackOf('AA', 'C1')));
    expect(await senderTo(port).send(delivery(message('C1')), never)).toMatchObject({ kind: 'ack', code: 'AA' });
  });

  test('an answer in one-byte pieces is one answer', async () => {
    const { port } = await peer((socket) => {
      socket.setNoDelay(true);
      for (const byte of Buffer.from(ackOf('AA', 'C1'))) socket.write(Buffer.of(byte));
    });
    expect(await senderTo(port).send(delivery(message('C1')), never)).toMatchObject({ kind: 'ack', code: 'AA' });
  });

  test('a connection closed before the answer is ambiguous', async () => {
    const { port } = await peer((socket) => socket.resetAndDestroy());
    expect(await senderTo(port).send(delivery(message('C1')), never)).toMatchObject({ kind: 'fault', sent: true });
  });

  test('a connection closed while idle is replaced', async () => {
    const { port, connections } = await peer((socket, _frame, nth) => {
      socket.write(ackOf('AA', `C${nth}`));
      socket.end();
    });
    const sender = senderTo(port);
    expect(await sender.send(delivery(message('C1')), never)).toMatchObject({ code: 'AA' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await sender.send(delivery(message('C2')), never)).toMatchObject({ code: 'AA' });
    expect(connections()).toBe(2);
  });

  test('rubbish for an answer is ambiguous', async () => {
    const { port } = await peer((socket) => socket.write('\x0bhello\x1c\r'));
    expect(await senderTo(port).send(delivery(message('C1')), never)).toMatchObject({
      code: 'unreadable-ack',
      sent: true,
    });
  });

  test('nobody there: nothing was sent', async () => {
    expect(await senderTo(9).send(delivery(message('C1')), never)).toEqual({
      kind: 'fault',
      code: 'ECONNREFUSED',
      text: 'network fault ECONNREFUSED',
      sent: false,
    });
  });

  test('a message without control id is never sent', async () => {
    expect(await senderTo(9).send(delivery(message('')), never)).toMatchObject({
      code: 'no-control-id',
      permanent: true,
    });
  });

  test('a stop cuts the wait', async () => {
    const { port } = await peer(() => undefined);
    const cut = new AbortController();
    const sending = senderTo(port, 60_000).send(delivery(message('C1')), cut.signal);
    setTimeout(() => cut.abort(), 30);
    expect(await sending).toMatchObject({ kind: 'fault', code: 'stopped', sent: true });
  });
});

describe('the sandbox hospital', () => {
  test('answers junk with AE and goes on', async () => {
    const hospital = await startMllpHospital({ host: '127.0.0.1', port: 0, clock: systemClock });
    ending.push(() => hospital.stop());
    const sender = senderTo(hospital.port, 300);
    expect(await sender.send(delivery(`${message('C1')}\x01`), never)).toMatchObject({ code: 'AE' });
    expect(await sender.send(delivery(message('C2')), never)).toMatchObject({ code: 'AA' });
    expect(hospital.messages().map(({ answered }) => answered)).toEqual(['AE', 'AA']);
  });
});
