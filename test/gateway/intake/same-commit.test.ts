/** What comes behind a message of the same line that meets a bug is not stored before it, not even in the same commit. */
import { createReceive } from '../../../gateway/intake/accept.ts';
import { lookHere } from '../../../gateway/intake/look-here.ts';
import { openDesk } from '../../../gateway/intake/open-desk.ts';
import type { Ledger, Tx } from '../../../gateway/ledger/ledger.ts';
import { createSeal } from '../../../gateway/ledger/seal.ts';
import { silentLog } from '../../../gateway/log.ts';
import { Line } from '../../../gateway/mllp/line.ts';
import sandbox from '../../../gateway/regions/sandbox.json' with { type: 'json' };
import { change } from '../../faults/patients.ts';
import { regionOf } from '../../setup/gateway.ts';
import { BSN, clock } from '../ledger/samples.ts';
import { openTemporary } from '../ledger/sqlite/open-temporary.ts';

/** Storing the message of this control id is a bug. */
const withBug = (ledger: Ledger, controlId: string): Ledger => {
  const write: Ledger['write'] = (unit) =>
    ledger.write((tx) => {
      const insert = tx.insertMessage.bind(tx);
      const insertMessage: Tx['insertMessage'] = (message) =>
        message.controlId === controlId ? Promise.reject(new Error('a bug')) : insert(message);
      return unit(Object.assign(tx, { insertMessage }));
    });
  return Object.assign(Object.create(ledger) as Ledger, { write });
};

test('after a message that met a bug nothing of its line is stored, not even in the same commit', async () => {
  const kept = await openTemporary();
  const commits: number[] = [];
  kept.onCommit((units) => commits.push(units));
  const [first, second] = [change(BSN, 1), change(BSN, 2)];
  const ledger = withBug(kept, first.controlId);
  const desk = openDesk({ region: regionOf(sandbox), secret: () => undefined, ledger, clock });
  const look = lookHere({ ...desk, seal: createSeal(Buffer.from(ledger.ownKey)) });
  const line = new Line(createReceive({ desk, ledger, log: silentLog, look }), {
    ms: 1_000,
    over: () => false,
    changed: () => undefined,
  });
  const enter = (text: string) =>
    line.enter({
      door: 'mllp',
      bytes: Buffer.from(text),
      mediaType: 'application/hl7-v2',
      credentials: { bearer: null, xSource: null, loopback: true },
      traceparent: null,
    });
  try {
    const [one, two] = await Promise.allSettled([enter(first.text), enter(second.text)]);
    expect(commits).toEqual([2]);
    expect(one.status).toBe('rejected');
    expect(two).toMatchObject({ status: 'fulfilled', value: { ok: false, refusal: { kind: 'unavailable' } } });
    expect((await kept.messages({ limit: 10 })).items).toEqual([]);
  } finally {
    await kept.close();
  }
});
