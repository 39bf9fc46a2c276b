import { setImmediate as turn } from 'node:timers/promises';
import { REFUSALS } from '../http/stand-in.ts';
import { acceptAs, closeGates, framed, openGate, oru, Sender } from './stand-in.ts';

afterEach(closeGates);

it.each([
  ['could not be stored', async () => ({ ok: false, refusal: REFUSALS.unavailable, message: null }) as const],
  ['met a bug', () => Promise.reject(new Error('a bug'))],
])('stores nothing of a connection after a message of it that %s', async (_name, fail) => {
  const stored: string[] = [];
  const gate = await openGate(async ({ bytes, behind }) => {
    const controlId = Buffer.from(bytes).toString('latin1').split('|')[9] ?? '';
    // The first commit fails; the others were given to a later one.
    if (controlId === 'M1') return fail();
    await turn();
    if (behind?.() === true) return { ok: false, refusal: REFUSALS.unavailable, message: null };
    stored.push(controlId);
    return acceptAs(bytes);
  });
  const sender = new Sender(gate.port);
  sender.send(Buffer.concat(['M1', 'M2', 'M3'].map((controlId) => framed(oru(controlId)))));
  await sender.closed;
  expect(gate.arrivals).toHaveLength(3);
  expect(stored).toEqual([]);

  const again = new Sender(gate.port);
  again.send(framed(oru('M2')));
  await again.receive(1);
  expect(stored).toEqual(['M2']);
  again.close();
});
