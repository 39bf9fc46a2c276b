/** Ends what was held in vain: after `holdUntil` the content is destroyed and only the fact is kept. */
import type { StoredMessage } from '../../gateway/ledger/ledger.ts';
import type { SweepDeps } from './deps.ts';

type HoldDeps = Pick<SweepDeps, 'ledger' | 'clock' | 'log'>;

/** Messages per commit, so that acceptance never waits long behind a sweep. */
const BATCH = 100;

/** One commit per batch, and the search inside it: a message released meanwhile is no longer found. */
async function expireBatch({ ledger, clock }: HoldDeps): Promise<readonly StoredMessage[]> {
  const now = clock.now().toISOString();
  return ledger.write(async (tx) => {
    const expired = await tx.holdExpiredBefore(now, BATCH);
    for (const { id } of expired) {
      await tx.destroyContent(id);
      await tx.updateMessage(id, { status: 'expired', holdUntil: null });
      await tx.addEvent(id, 'expired', now);
    }
    return expired;
  });
}

/** Expires everything due; returns how many. */
export async function expireHeld(deps: HoldDeps, going: () => boolean = () => true): Promise<number> {
  let count = 0;
  while (going()) {
    const expired = await expireBatch(deps);
    count += expired.length;
    for (const { id, source, flow } of expired) deps.log.event('hold.expired', { messageId: id, source, flow });
    if (expired.length < BATCH) break;
  }
  return count;
}
