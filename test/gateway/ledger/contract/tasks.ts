import type { HostedTask, Ledger } from '../../../../gateway/ledger/ledger.ts';
import { StaleTask } from '../../../../gateway/ledger/ledger.ts';
import { BSN, enrolment, LATER, message, NOW, OTHER_BSN, task } from '../samples.ts';

export function describeTasks(ledger: () => Ledger): void {
  describe('Tasks and enrolments', () => {
    let messageId: string;
    beforeEach(async () => {
      const m = message();
      messageId = m.id;
      await ledger().write((tx) => tx.insertMessage(m));
    });
    const save = (saved: HostedTask, expected: number | null) => ledger().write((tx) => tx.saveTask(saved, expected));

    describe('a hosted Task', () => {
      test('is found as saved, in its newest version', async () => {
        const first = task(messageId, { resource: '{"resourceType":"Task","note":[{"text":"\u00e9"}]}' });
        await save(first, null);
        expect(await ledger().task(first.id)).toEqual(first);
        const second = { ...first, version: 2, status: 'accepted', lastUpdated: LATER };
        await save(second, 1);
        expect(await ledger().task(first.id)).toEqual(second);
        expect(await ledger().task('nobody')).toBeNull();
      });

      test('is never overwritten by who has not seen its newest version', async () => {
        const first = task(messageId);
        await save(first, null);
        const second = { ...first, version: 2, status: 'accepted' };
        await save(second, 1);
        await expect(save({ ...first, version: 2, status: 'rejected' }, 1)).rejects.toThrow(StaleTask);
        await expect(save(first, null)).rejects.toThrow(StaleTask);
        await expect(save({ ...first, version: 5 }, 4)).rejects.toThrow(StaleTask);
        expect(await ledger().task(first.id)).toEqual(second);
      });

      test('takes one of two steps made at once', async () => {
        const first = task(messageId);
        await save(first, null);
        const steps = ['accepted', 'rejected'].map((status) => save({ ...first, version: 2, status }, 1));
        const results = await Promise.allSettled(steps);
        expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
        expect((await ledger().task(first.id))?.status).toBe('accepted');
      });

      test('is listed by status, owner, requester, taking part and change, newest change first, page by page', async () => {
        const a = task(messageId, { owner: 'one', lastUpdated: NOW });
        const b = task(messageId, { requester: 'one', lastUpdated: LATER, status: 'accepted' });
        const c = task(messageId, { lastUpdated: LATER, status: 'rejected' });
        for (const each of [a, b, c]) await save(each, null);
        const ids = async (filter: Omit<Parameters<Ledger['tasks']>[0], 'limit'>) =>
          (await ledger().tasks({ ...filter, limit: 9 })).items.map(({ id }) => id).sort();
        expect(await ids({ owner: 'one' })).toEqual([a.id]);
        expect(await ids({ requester: 'one' })).toEqual([b.id]);
        expect(await ids({ participant: 'one' })).toEqual([a.id, b.id].sort());
        expect(await ids({ status: ['accepted', 'rejected'] })).toEqual([b.id, c.id].sort());
        expect(await ids({ since: LATER, owner: 'vvt' })).toEqual([b.id, c.id].sort());
        const first = await ledger().tasks({ limit: 2 });
        const second = await ledger().tasks({ limit: 2, cursor: first.next ?? '' });
        expect(first.items.map(({ id }) => id).sort()).toEqual([b.id, c.id].sort());
        expect(second).toEqual({ items: [a], next: null });
      });
    });

    describe('an enrolment', () => {
      test('is found by its Task, its patient, its status and the BSN', async () => {
        const made = await ledger().write(async (tx) => {
          const patient = await tx.linkPatient(null, { bsn: BSN, numbers: [] });
          const one = enrolment(messageId, patient);
          await tx.insertEnrolment(one);
          expect(await tx.enrolmentsOfPatient(patient)).toEqual([one]);
          expect(await tx.enrolmentOfTask(one.task)).toEqual(one);
          expect(await tx.enrolmentOfTask('nobody')).toBeNull();
          return one;
        });
        expect(await ledger().enrolments({ bsn: BSN, limit: 5 })).toEqual({ items: [made], next: null });
        expect((await ledger().enrolments({ bsn: OTHER_BSN, limit: 5 })).items).toEqual([]);
        expect((await ledger().enrolments({ status: 'requested', limit: 5 })).items).toEqual([made]);
        expect((await ledger().enrolments({ status: 'active', limit: 5 })).items).toEqual([]);
      });

      test('keeps when it became active after it ended', async () => {
        const ended = await ledger().write(async (tx) => {
          const one = enrolment(messageId, await tx.linkPatient(null, { bsn: BSN, numbers: [] }));
          await tx.insertEnrolment(one);
          await tx.updateEnrolment(one.id, { status: 'active', activeAt: NOW });
          await tx.updateEnrolment(one.id, { status: 'ended', endedAt: LATER });
          return tx.enrolmentOfTask(one.task);
        });
        expect(ended).toMatchObject({ status: 'ended', activeAt: NOW, endedAt: LATER });
      });

      test('is listed newest first, page by page', async () => {
        const ids = await ledger().write(async (tx) => {
          const patient = await tx.linkPatient(null, { bsn: BSN, numbers: [] });
          const made = [1, 2, 3].map(() => enrolment(messageId, patient));
          for (const each of made) await tx.insertEnrolment(each);
          return made.map(({ id }) => id);
        });
        const first = await ledger().enrolments({ limit: 2 });
        const second = await ledger().enrolments({ limit: 2, cursor: first.next ?? '' });
        expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids.reverse());
        expect(second.next).toBeNull();
      });
    });
  });
}
