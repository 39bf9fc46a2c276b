import type { Ledger } from '../../../gateway/ledger/ledger.ts';
import { silentLog } from '../../../gateway/log.ts';
import { expireHeld } from '../../../workers/sweep/hold.ts';
import { newMessage, temporaryLedger } from '../ledger.ts';

const NOW = new Date('2026-11-22T10:00:00.000Z');
const clock = { now: () => NOW };
const held = (id: string, holdUntil: string) =>
  newMessage({ id, status: 'held', holdUntil, patientKeys: { bsn: '999900006', numbers: [] } });

let ledger: Ledger;
let end: () => Promise<void>;
beforeEach(async () => {
  ({ ledger, end } = await temporaryLedger());
});
afterEach(() => end());

describe('holding', () => {
  test('ends at its moment: the content is destroyed, the fact is kept', async () => {
    await ledger.write(async (tx) => {
      await tx.insertMessage(held('due', '2026-11-22T09:59:59.000Z'));
      await tx.insertMessage(held('not-yet', '2026-11-22T10:00:01.000Z'));
    });
    expect(await expireHeld({ ledger, clock, log: silentLog })).toBe(1);
    expect(await ledger.message('due')).toMatchObject({ status: 'expired' });
    expect(await ledger.raw('due')).toBeNull();
    expect((await ledger.events('due')).map(({ event }) => event)).toContain('expired');
    expect(await ledger.message('not-yet')).toMatchObject({ status: 'held' });
    expect(await ledger.raw('not-yet')).not.toBeNull();
    expect(await ledger.reconciliation()).toMatchObject({ received: 2, expired: 1, held: 1, balanced: true });
  });

  test('of more than one batch ends for all', async () => {
    await ledger.write(async (tx) => {
      for (let n = 0; n < 230; n += 1) await tx.insertMessage(held(`m${n}`, '2026-11-22T09:00:00.000Z'));
    });
    expect(await expireHeld({ ledger, clock, log: silentLog })).toBe(230);
    expect(await ledger.reconciliation()).toMatchObject({ expired: 230, held: 0 });
  });
});
