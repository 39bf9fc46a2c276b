import type { HostedTask, Ledger, MessageStatus } from '../../../../gateway/ledger/ledger.ts';
import { BSN, delivery, enrolment, LATER, message, NOW, settle, take, task } from '../samples.ts';
import { dead, delivered, parked, retry } from './lanes.ts';

export function describeStatus(ledger: () => Ledger): void {
  const refresh = (id: string) => ledger().write((tx) => tx.refreshStatus(id));
  /** A message with one delivery per settlement (null: not sent yet), each at its own destination. */
  const after = async (...settlements: (typeof delivered | typeof dead | typeof parked | typeof retry | null)[]) => {
    const m = message();
    await ledger().write((tx) => tx.insertMessage(m));
    for (const [n, settlement] of settlements.entries()) {
      const d = delivery(m.id, { destination: `d${n}` });
      await ledger().write((tx) => tx.insertDelivery(d));
      if (!settlement) continue;
      await take(ledger(), { destination: `d${n}` });
      await settle(ledger(), d.id, settlement);
    }
    return m.id;
  };

  describe('the status of a message', () => {
    test.each<[MessageStatus, Parameters<typeof after>]>([
      ['delivered', []],
      ['delivered', [delivered, delivered]],
      ['pending', [delivered, null]],
      ['pending', [dead, null]],
      ['pending', [dead, retry]],
      ['dead', [dead, delivered]],
      ['dead', [parked, dead]],
      ['parked', [delivered, parked]],
    ])('is %s for the state of its deliveries (case %#)', async (status, settlements) => {
      const id = await after(...settlements);
      expect(await refresh(id)).toBe(status);
      expect((await ledger().message(id))?.status).toBe(status);
    });

    test('is delivered when all that was left is cancelled', async () => {
      const id = await after(delivered, null);
      await ledger().write((tx) => tx.cancelOpenDeliveries(id, NOW));
      expect(await refresh(id)).toBe('delivered');
    });

    test.each<MessageStatus>(['refused', 'held', 'expired', 'parked', 'unrouted'])(
      'stays %s while it has no deliveries, and follows them once it has',
      async (status) => {
        const m = message({ status });
        await ledger().write((tx) => tx.insertMessage(m));
        expect(await refresh(m.id)).toBe(status);
        await ledger().write((tx) => tx.insertDelivery(delivery(m.id)));
        expect(await refresh(m.id)).toBe('pending');
      },
    );

    test('is no longer dead when what failed was sent again', async () => {
      const id = await after(dead);
      expect(await refresh(id)).toBe('dead');
      const again = delivery(id, { destination: 'd0' });
      await ledger().write((tx) => tx.insertDelivery(again));
      expect(await refresh(id)).toBe('pending');
      await take(ledger(), { destination: 'd0' });
      await settle(ledger(), again.id, delivered);
      expect(await refresh(id)).toBe('delivered');
    });

    test('stays dead when only another destination was reached since', async () => {
      const id = await after(dead);
      const elsewhere = delivery(id, { destination: 'd1' });
      await ledger().write((tx) => tx.insertDelivery(elsewhere));
      await take(ledger(), { destination: 'd1' });
      await settle(ledger(), elsewhere.id, delivered);
      expect(await refresh(id)).toBe('dead');
    });
  });

  describe('a transfer', () => {
    const transfer = async (): Promise<{ id: string; hosted: HostedTask; enrolmentId: string }> => {
      const m = message({ flow: 'transfer-request' });
      const hosted = task(m.id);
      const enrolmentId = await ledger().write(async (tx) => {
        await tx.insertMessage(m);
        await tx.saveTask(hosted, null);
        const patient = await tx.linkPatient(null, { bsn: BSN, numbers: [] });
        const made = enrolment(m.id, patient, { task: hosted.id });
        await tx.insertEnrolment(made);
        return made.id;
      });
      return { id: m.id, hosted, enrolmentId };
    };

    test('is pending while its conversation is open', async () => {
      expect(await refresh((await transfer()).id)).toBe('pending');
    });

    test.each(['rejected', 'cancelled', 'completed', 'failed'])('is delivered once its Task is %s', async (status) => {
      const { id, hosted } = await transfer();
      await ledger().write((tx) => tx.saveTask({ ...hosted, version: 2, status }, 1));
      expect(await refresh(id)).toBe('delivered');
    });

    test('is delivered once its enrolment ended', async () => {
      const { id, enrolmentId } = await transfer();
      await ledger().write((tx) => tx.updateEnrolment(enrolmentId, { status: 'ended', endedAt: LATER }));
      expect(await refresh(id)).toBe('delivered');
    });
  });
}
