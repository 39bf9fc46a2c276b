/** What every queue keeps: run on each of them. */
import type { Job, Queue } from '../../../workers/queue/queue.ts';
import { eventually } from '../ledger.ts';

/** `open` gives another end of the same queue at every call; what it opened it also ends. */
export function describeQueue(name: string, open: () => Queue): void {
  describe(name, () => {
    const job = (delivery: string, destination = 'ecd'): Job => ({ destination, delivery });

    test('hands over the destination and the delivery, and nothing else', async () => {
      const queue = open();
      const taken: Job[] = [];
      queue.take((one) => taken.push(one));
      await eventually(() => {
        queue.add([job('d1')]);
        return taken.length > 0;
      });
      expect(taken[0]).toEqual({ destination: 'ecd', delivery: 'd1' });
    });

    test('tells of every destination of what is added together, once each', async () => {
      const queue = open();
      const taken: Job[] = [];
      queue.take((one) => taken.push(one));
      await eventually(async () => (await queue.trouble()) === null);
      queue.add([job('d1'), job('d2', 'epd'), job('d3'), job('d4', 'epd')]);
      await eventually(() => taken.length >= 2);
      expect(taken.map(({ destination }) => destination).sort()).toEqual(['ecd', 'epd']);
      expect(taken.map(({ delivery }) => delivery).sort()).toEqual(['d1', 'd2']);
    });

    test('forgets nothing that is added while it is busy', async () => {
      const queue = open();
      const told = new Set<string>();
      queue.take(({ destination }) => told.add(destination));
      await eventually(async () => (await queue.trouble()) === null);
      const all = Array.from({ length: 60 }, (_, n) => `destination-${n}`);
      for (const destination of all) {
        queue.add([job(`d-${destination}`, destination)]);
        await new Promise((resolve) => setImmediate(resolve));
      }
      await eventually(() => told.size === all.length);
    });

    test('takes nothing and hands over nothing once closed, and does not mind being told', async () => {
      const queue = open();
      const taken: Job[] = [];
      queue.take((one) => taken.push(one));
      await queue.close();
      queue.add([job('late')]);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(taken).toEqual([]);
    });

    test('takes an empty list for what it is', () => {
      expect(() => open().add([])).not.toThrow();
    });
  });
}
