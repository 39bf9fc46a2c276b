import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteLedger } from '../../../gateway/ledger/sqlite/open.ts';
import { BSN, delivery, enrolment, LATER, message, NOW, task } from './samples.ts';

test('the core paths work', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'ledger-')), 'g.sqlite');
  const key = randomBytes(32);
  let ledger = await openSqliteLedger({ file, key, clock: { now: () => new Date(NOW) } });
  const m = message({
    patientKeys: { bsn: BSN, numbers: [{ assigner: 'epd', value: '12' }] },
    things: ['a|b'],
    controlId: 'C1',
  });
  const d = delivery(m.id);
  await ledger.write(async (tx) => {
    await tx.insertMessage(m);
    await tx.addEvent(m.id, 'received', NOW);
    await tx.insertDelivery(d);
    const p = await tx.linkPatient(null, m.patientKeys);
    const t = task(m.id);
    await tx.saveTask(t, null);
    await tx.insertEnrolment(enrolment(m.id, p, { task: t.id }));
    expect(await tx.findPatient(m.patientKeys)).toEqual({ kind: 'one', patient: p });
    expect(await tx.enrolmentOfTask(t.id)).toMatchObject({ patient: p });
    expect((await tx.holderOfKey('lab', m.key ?? '', NOW))?.id).toBe(m.id);
    expect(await tx.refreshStatus(m.id)).toBe('pending');
    await tx.saveTask({ ...t, version: 2, status: 'completed' }, 1);
  });
  const [c] = await ledger.claim('ecd', NOW, 5);
  expect(c?.id).toBe(d.id);
  expect(Buffer.from(c?.body.bytes ?? []).toString()).toBe('{"resourceType":"Bundle"}');
  expect(
    await ledger.settle(d.id, {
      outcome: 'retry',
      at: NOW,
      nextAttemptAt: LATER,
      error: { class: 'transient', code: '503', text: 'x' },
      responseStatus: 503,
    }),
  ).toBe(true);
  expect(await ledger.nextDue('ecd')).toBe(LATER);
  expect(await ledger.claim('ecd', NOW, 5)).toEqual([]);
  expect((await ledger.claim('ecd', LATER, 5)).length).toBe(1);
  expect(await ledger.recover(NOW)).toBe(1);
  expect((await ledger.claim('ecd', LATER, 5)).length).toBe(1);
  expect(await ledger.settle(d.id, { outcome: 'delivered', at: LATER, responseStatus: 200 })).toBe(true);
  expect((await ledger.message(m.id))?.status).toBe('delivered');
  expect((await ledger.messages({ bsn: BSN, limit: 3 })).items.length).toBe(1);
  expect((await ledger.messages({ controlId: 'C1', status: 'delivered', limit: 3 })).items.length).toBe(1);
  expect((await ledger.tasks({ owner: 'vvt', status: ['completed'], limit: 3 })).items.length).toBe(1);
  expect((await ledger.enrolments({ bsn: BSN, limit: 3 })).items.length).toBe(1);
  expect(await ledger.reconciliation()).toMatchObject({ received: 1, delivered: 1, balanced: true });
  expect(await ledger.backlog()).toMatchObject([
    { destination: 'ecd', waiting: 0, sending: 0, lastDeliveredAt: LATER },
  ]);
  expect((await ledger.events(m.id)).map((e) => e.event)).toEqual(['received', 'attempted', 'attempted', 'delivered']);
  expect(await ledger.newerOnSameThing(m.id)).toBe(null);
  expect(await ledger.ready()).toBe(true);
  await ledger.close();
  ledger = await openSqliteLedger({ file, key, clock: { now: () => new Date(NOW) } });
  expect((await ledger.raw(m.id))?.bytes.toString()).toContain('GLIMS');
  await ledger.close();
});
