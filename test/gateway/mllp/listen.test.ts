import { setTimeout as wait } from 'node:timers/promises';
import { LedgerUnavailable } from '../../../gateway/ledger/ledger.ts';
import type { Received } from '../../../gateway/intake/receive.ts';
import { REFUSALS } from '../http/stand-in.ts';
import { acceptAll, acceptAs, acked, closeGates, framed, openGate, oru, segment, Sender } from './stand-in.ts';

afterEach(closeGates);

describe('messages on the wire', () => {
  it('acknowledges a message on the connection it came on', async () => {
    const gate = await openGate(acceptAll);
    const sender = new Sender(gate.port);
    sender.send(framed(oru('A1')));
    const [answer] = await sender.receive(1);
    expect(acked(answer)).toEqual(['AA', 'A1']);
    expect(gate.arrivals[0]).toMatchObject({ door: 'mllp', mediaType: 'application/hl7-v2' });
    expect(Buffer.from(gate.arrivals[0]?.bytes ?? []).toString('latin1')).toBe(oru('A1'));
    sender.close();
  });

  it('takes a message one byte at a time', async () => {
    const gate = await openGate(acceptAll);
    const sender = new Sender(gate.port);
    sender.socket.setNoDelay(true);
    for (const byte of framed(oru('B1'))) {
      sender.send(Uint8Array.of(byte));
      await wait(0);
    }
    expect(acked((await sender.receive(1))[0])).toEqual(['AA', 'B1']);
    sender.close();
  });

  it('takes two messages in one chunk, and one split over two', async () => {
    const gate = await openGate(acceptAll);
    const sender = new Sender(gate.port);
    const third = framed(oru('C3'));
    sender.send(Buffer.concat([framed(oru('C1')), framed(oru('C2')), third.subarray(0, 40)]));
    await sender.receive(2);
    sender.send(third.subarray(40));
    expect((await sender.receive(3)).map(acked)).toEqual([
      ['AA', 'C1'],
      ['AA', 'C2'],
      ['AA', 'C3'],
    ]);
    sender.close();
  });

  it('takes a message of 10 MB', async () => {
    const gate = await openGate(acceptAll, { maxBytes: 20 * 1024 * 1024 });
    const sender = new Sender(gate.port);
    const text = oru('D1', 'JVBERi0'.repeat(1_500_000));
    sender.send(framed(text));
    expect(acked((await sender.receive(1))[0])).toEqual(['AA', 'D1']);
    expect(gate.arrivals[0]?.bytes.length).toBe(text.length);
    sender.close();
  });

  it('takes a message of exactly the limit, and refuses one byte more, then takes the next', async () => {
    const exact = oru('E1', 'x'.repeat(3000));
    const gate = await openGate(
      async (arrival) =>
        arrival.tooLarge === true
          ? { ok: false, refusal: REFUSALS['too-large'], message: null }
          : acceptAs(arrival.bytes),
      { maxBytes: exact.length },
    );
    const sender = new Sender(gate.port);
    sender.send(framed(exact));
    sender.send(framed(oru('E2', 'x'.repeat(3001))));
    sender.send(framed(oru('E3')));
    expect((await sender.receive(3)).map(acked)).toEqual([
      ['AA', 'E1'],
      ['AR', 'E2'],
      ['AA', 'E3'],
    ]);
    expect(gate.arrivals.map(({ tooLarge }) => tooLarge)).toEqual([undefined, true, undefined]);
    sender.close();
  });

  it('answers in the order of the messages, whichever is stored first', async () => {
    const gate = await openGate(async ({ bytes }) => {
      const received = acceptAs(bytes);
      await wait(received.message?.controlId === 'F1' ? 60 : 5);
      return received;
    });
    const sender = new Sender(gate.port);
    sender.send(Buffer.concat(['F1', 'F2', 'F3'].map((id) => framed(oru(id)))));
    expect((await sender.receive(3)).map((answer) => acked(answer)[1])).toEqual(['F1', 'F2', 'F3']);
    sender.close();
  });

  it('has many messages of one connection under way at once, but not without bound', async () => {
    let now = 0;
    let most = 0;
    const gate = await openGate(async ({ bytes }) => {
      most = Math.max(most, ++now);
      await wait(2);
      now--;
      return acceptAs(bytes);
    });
    const sender = new Sender(gate.port);
    const ids = Array.from({ length: 300 }, (_, index) => `G${index}`);
    sender.send(Buffer.concat(ids.map((id) => framed(oru(id)))));
    expect((await sender.receive(300)).map((answer) => acked(answer)[1])).toEqual(ids);
    expect(most).toBeGreaterThan(8);
    expect(most).toBeLessThanOrEqual(32);
    sender.close();
  });

  it('serves many connections at once', async () => {
    const gate = await openGate(acceptAll);
    const senders = Array.from({ length: 50 }, () => new Sender(gate.port));
    senders.forEach((sender, index) => sender.send(framed(oru(`H${index}`))));
    const answers = await Promise.all(senders.map(async (sender) => (await sender.receive(1))[0]));
    expect(answers.map((answer) => acked(answer)[1])).toEqual(senders.map((_, index) => `H${index}`));
    senders.forEach((sender) => sender.close());
  });

  it('answers a sender that has already ended its side', async () => {
    const gate = await openGate(async ({ bytes }) => {
      await wait(30);
      return acceptAs(bytes);
    });
    const sender = new Sender(gate.port);
    sender.socket.end(framed(oru('I1')));
    expect(acked((await sender.receive(1))[0])).toEqual(['AA', 'I1']);
    await sender.closed;
  });
});

describe('what is refused', () => {
  const cases = [
    ['unreadable', 'AR', '100'],
    ['too-large', 'AR', '207'],
    ['unknown-sender', 'AR', '207'],
    ['not-allowed', 'AR', '207'],
    ['no-flow', 'AR', '200'],
    ['rule', 'AE', '102'],
    ['conflict', 'AR', '205'],
  ] as const;
  it.each(cases)('says %s as %s with %s, and takes the next message', async (kind, code, condition) => {
    const gate = await openGate(async ({ bytes }) =>
      Buffer.from(bytes).includes('BAD') ? { ok: false, refusal: REFUSALS[kind], message: null } : acceptAs(bytes),
    );
    const sender = new Sender(gate.port);
    sender.send(Buffer.concat([framed(oru('BAD')), framed(oru('GOOD'))]));
    const [refused, accepted] = await sender.receive(2);
    expect(acked(refused)).toEqual([code, 'BAD']);
    expect(segment(refused, 'ERR')[3]?.split('^')[0]).toBe(condition);
    expect(segment(refused, 'ERR')[4]).toBe('E');
    expect(acked(accepted)).toEqual(['AA', 'GOOD']);
    sender.close();
  });

  it('gives no acknowledgement and closes when the message could not be stored', async () => {
    const gate = await openGate(async () => ({ ok: false, refusal: REFUSALS.unavailable, message: null }));
    const sender = new Sender(gate.port);
    sender.send(framed(oru('J1')));
    await sender.closed;
    expect(sender.answers).toEqual([]);
  });

  it('gives no acknowledgement and closes when intake fails, and takes the next connection', async () => {
    let down = true;
    const gate = await openGate(async ({ bytes }) => {
      if (down) throw new LedgerUnavailable('disk full');
      return acceptAs(bytes);
    });
    const sender = new Sender(gate.port);
    sender.send(framed(oru('K1')));
    await sender.closed;
    expect(sender.answers).toEqual([]);
    down = false;
    const again = new Sender(gate.port);
    again.send(framed(oru('K1')));
    expect(acked((await again.receive(1))[0])).toEqual(['AA', 'K1']);
    again.close();
  });

  it('answers what came before a message without MSH, then closes', async () => {
    const gate = await openGate(async ({ bytes }) =>
      Buffer.from(bytes).includes('MSH') ? acceptAs(bytes) : { ok: false, refusal: REFUSALS.unreadable, message: null },
    );
    const sender = new Sender(gate.port);
    sender.send(Buffer.concat([framed(oru('L1')), framed('PID|1||no header\r'), framed(oru('L2'))]));
    await sender.closed;
    expect(sender.answers.map(acked)).toEqual([['AA', 'L1']]);
  });
});

describe('when there is no room', () => {
  const busy = (untilRoom: (ms: number) => Promise<boolean>): Received => ({
    ok: false,
    refusal: REFUSALS.busy,
    message: null,
    untilRoom,
  });

  it('waits with its sender, reads no further, and takes the message and those after it once there is', async () => {
    let letIn: () => void = () => undefined;
    const room = new Promise<boolean>((resolve) => (letIn = () => resolve(true)));
    let full = true;
    const gate = await openGate(async ({ bytes }) => (full ? busy(() => room) : acceptAs(bytes)));
    const sender = new Sender(gate.port);
    sender.send(framed(oru('A')));
    await new Promise((resolve) => setTimeout(resolve, 100));
    for (let n = 0; n < 5_000; n += 1) sender.send(framed(oru(`B${n}`, 'x'.repeat(1_000))));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(sender.answers).toEqual([]);
    expect(gate.arrivals).toHaveLength(1);
    expect(sender.socket.writableLength).toBeGreaterThan(0);
    full = false;
    letIn();
    const answers = await sender.receive(5_001);
    expect(answers.map(acked)).toEqual([['AA', 'A'], ...Array.from({ length: 5_000 }, (_, n) => ['AA', `B${n}`])]);
    sender.close();
  });

  it('gives no acknowledgement and closes when it has waited long enough', async () => {
    const gate = await openGate(async () => busy((ms) => new Promise((r) => setTimeout(r, ms, false))), {
      roomMs: 100,
    });
    const sender = new Sender(gate.port);
    sender.send(framed(oru('A')));
    await sender.closed;
    expect(sender.answers).toEqual([]);
  });
});

describe('peers that misbehave', () => {
  it('cuts off a sender that leaves its message without an end, and says so in the log', async () => {
    const gate = await openGate(acceptAll, { frameMs: 80 });
    const sender = new Sender(gate.port);
    sender.send(framed(oru('M1')).subarray(0, -2));
    await sender.closed;
    expect(sender.answers).toEqual([]);
    expect(gate.arrivals).toEqual([]);
    expect(gate.logged.join()).toContain('no-end-of-message');
  });

  it('closes a connection on which nothing happens', async () => {
    const gate = await openGate(acceptAll, { idleMs: 80 });
    const sender = new Sender(gate.port);
    await sender.closed;
    expect(gate.logged.join()).toContain('idle');
  });

  it('does not take its own slowness for a silent peer', async () => {
    const gate = await openGate(
      async ({ bytes }) => {
        await wait(250);
        return acceptAs(bytes);
      },
      { idleMs: 60 },
    );
    const sender = new Sender(gate.port);
    sender.send(framed(oru('N1')));
    expect(acked((await sender.receive(1))[0])).toEqual(['AA', 'N1']);
    sender.close();
  });

  it('closes on binary rubbish after a bounded amount of it', async () => {
    const gate = await openGate(acceptAll);
    const sender = new Sender(gate.port);
    const rubbish = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7 + 128) & 0xff)).map((byte) =>
      byte === 0x0b ? 0x0c : byte,
    );
    sender.send(rubbish);
    await sender.closed;
    expect(gate.arrivals).toEqual([]);
    expect(gate.logged.join()).toContain('not-mllp');
  });

  it('closes on a few stray bytes that nothing follows', async () => {
    const gate = await openGate(acceptAll, { frameMs: 80 });
    const sender = new Sender(gate.port);
    sender.send('GET / HTTP/1.1\r\n\r\n');
    await sender.closed;
    expect(gate.arrivals).toEqual([]);
  });

  it('puts up with stray line ends and a few stray bytes between messages', async () => {
    const gate = await openGate(acceptAll);
    const sender = new Sender(gate.port);
    sender.send(Buffer.concat([framed(oru('O1')), Buffer.from('\r\n\0 \r\n'), framed(oru('O2'))]));
    expect((await sender.receive(2)).map((answer) => acked(answer)[1])).toEqual(['O1', 'O2']);
    sender.close();
  });

  it('cuts off a message that is too large and never ends', async () => {
    const gate = await openGate(async () => ({ ok: false, refusal: REFUSALS['too-large'], message: null }), {
      maxBytes: 10_000,
    });
    const sender = new Sender(gate.port);
    sender.send(Buffer.concat([Buffer.from([0x0b]), Buffer.from(oru('P1', 'x'.repeat(200_000)))]));
    const flood = setInterval(() => sender.send(Buffer.alloc(20_000, 0x78)), 5);
    await sender.closed;
    clearInterval(flood);
    expect(gate.logged.join()).toContain('endless-message');
  });

  it('survives a reset in the middle of a message', async () => {
    const gate = await openGate(acceptAll);
    const broken = new Sender(gate.port);
    broken.send(framed(oru('Q1')).subarray(0, 30));
    await wait(20);
    broken.socket.resetAndDestroy();
    const sender = new Sender(gate.port);
    sender.send(framed(oru('Q2')));
    expect(acked((await sender.receive(1))[0])).toEqual(['AA', 'Q2']);
    sender.close();
  });

  it('bounds what all connections together make it hold', async () => {
    const gate = await openGate(acceptAll, { maxBytes: 10_000 });
    const senders = Array.from({ length: 12 }, () => new Sender(gate.port));
    for (const sender of senders) sender.send(Buffer.concat([Buffer.from([0x0b]), Buffer.alloc(9_000, 0x78)]));
    await Promise.race(senders.map(({ closed }) => closed));
    expect(gate.logged.join()).toContain('busy');
    senders.forEach((sender) => sender.close());
    await wait(30);
    const later = new Sender(gate.port);
    later.send(framed(oru('R1')));
    expect(acked((await later.receive(1))[0])).toEqual(['AA', 'R1']);
    later.close();
  });
});

describe('stopping', () => {
  it('answers what is in flight, then closes, and accepts nobody', async () => {
    const gate = await openGate(async ({ bytes }) => {
      await wait(80);
      return acceptAs(bytes);
    });
    const sender = new Sender(gate.port);
    sender.send(framed(oru('S1')));
    while (gate.arrivals.length === 0) await wait(5);
    await gate.listener.stop();
    expect(sender.answers.map(acked)).toEqual([['AA', 'S1']]);
    const late = new Sender(gate.port);
    await late.closed;
    expect(late.answers).toEqual([]);
  });

  it('says which port it took', async () => {
    const gate = await openGate(acceptAll);
    expect(gate.port).toBeGreaterThan(0);
  });

  it('rejects when the port is taken', async () => {
    const gate = await openGate(acceptAll);
    await expect(openGate(acceptAll, { port: gate.port })).rejects.toThrow('EADDRINUSE');
  });
});
