/** One attempt of one delivery: send, judge, settle. Never rejects. */
import type { Clock } from '../../gateway/clock.ts';
import type { Breaker, Claimed, Ledger, Settlement } from '../../gateway/ledger/ledger.ts';
import type { Log } from '../../gateway/log.ts';
import type { Tracing } from '../../gateway/tracing/tracing.ts';
import type { AttemptResult, Sender } from '../senders/sender.ts';
import { afterAttempt, signOf } from './breaker.ts';
import { doze } from './doze.ts';
import { backoffMs, CREDENTIAL_REFUSED, judge, type RetryPolicy } from './verdict.ts';

export interface DeliverDeps {
  readonly ledger: Pick<Ledger, 'settle'>;
  readonly sender: Sender;
  readonly policy: RetryPolicy;
  /** The destination knows a repeated request: `idempotency` in the region file is not `none`. */
  readonly repeatable: boolean;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Counts a second call within one attempt against the destination's rate. */
  readonly countCall: () => void;
  /** The call has ended, and its outcome is about to be written: the next call may be taken in the same commit. */
  readonly callEnded: () => void;
  readonly attempted: (settlement: Settlement, durationMs: number, sinceCommitMs: number) => void;
  /** Ends the call under way: at the end of a stop, or when the attempt is somebody else's. */
  readonly cut: AbortSignal;
  /** Absent: no traces are kept, and the receiver gets the traceparent the delivery was made with. */
  readonly tracing?: Tracing | null | undefined;
}

/** How a ledger that cannot be written is asked again. */
export const OUTAGE: RetryPolicy = { firstDelayMs: 250, maxDelayMs: 10_000, giveUpHours: Number.POSITIVE_INFINITY };

/** A sender that throws has a bug; what it did to the receiver is unknown. */
async function send(claimed: Claimed, deps: DeliverDeps): Promise<AttemptResult> {
  try {
    const result = await deps.sender.send(claimed, deps.cut);
    if (result.kind !== 'http' || !CREDENTIAL_REFUSED.has(result.status)) return result;
    deps.sender.renew();
    deps.countCall();
    return await deps.sender.send(claimed, deps.cut);
  } catch (error) {
    deps.log.failure('delivery.sender-failed', error, { deliveryId: claimed.id, destination: claimed.destination });
    return { kind: 'fault', code: 'sender-failed', text: 'the sender failed; see the log', sent: true };
  }
}

type Lesson = (now: Breaker) => Breaker;

/**
 * Writes the outcome down, however long the ledger is away: an outcome forgotten is an effect repeated. Only a stop
 * ends the waiting; `recover` then finds the delivery in `sending` and it is sent again under the same key.
 */
async function settle(claimed: Claimed, settlement: Settlement, lesson: Lesson, deps: DeliverDeps): Promise<void> {
  const held = { id: claimed.id, attempt: claimed.attempts };
  const waiting = doze();
  const stopWaiting = (): void => waiting.nudge();
  deps.cut.addEventListener('abort', stopWaiting);
  try {
    for (let failures = 1; ; failures += 1) {
      try {
        const settled = await deps.ledger.settle(held, settlement, lesson);
        if (!settled) deps.log.event('delivery.not-ours', { deliveryId: claimed.id, attempts: claimed.attempts });
        return;
      } catch (error) {
        if (failures === 1) deps.log.failure('delivery.settle-failed', error, { deliveryId: claimed.id });
        if (deps.cut.aborted && failures > 1) return;
        await waiting.sleep(Math.max(50, backoffMs(failures, OUTAGE, deps.random)));
      }
    }
  } finally {
    deps.cut.removeEventListener('abort', stopWaiting);
  }
}

/** Settles, and says so when the destination's breaker opened or closed by it. */
async function settleAndLearn(claimed: Claimed, result: AttemptResult, settlement: Settlement, deps: DeliverDeps) {
  const { destination, lane } = claimed;
  const now = deps.clock.now();
  const sign = signOf(result, lane, now);
  let changed: { readonly from: Breaker; readonly to: Breaker } | null = null as typeof changed;
  const lesson: Lesson = (from) => {
    const to = afterAttempt(from, sign, deps.policy, now, deps.random);
    changed = { from, to };
    return to;
  };
  await settle(claimed, settlement, lesson, deps);
  if (changed === null || changed.from.openUntil === changed.to.openUntil) return;
  const { openUntil, openings } = changed.to;
  if (openUntil === null) deps.log.event('destination.breaker-closed', { destination });
  else {
    const delayMs = Date.parse(openUntil) - now.getTime();
    deps.log.event('destination.breaker-open', { destination, attempts: openings, delayMs }, 'warn');
  }
}

export async function deliver(claimed: Claimed, deps: DeliverDeps): Promise<void> {
  const startedAt = performance.now();
  const { id: deliveryId, messageId, destination, kind, attempts } = claimed;
  const span = deps.tracing?.start('deliver', claimed.traceparent, {
    deliveryId,
    messageId,
    destination,
    kind,
    attempts,
  });
  const result = await send(span === undefined ? claimed : { ...claimed, traceparent: span.traceparent }, deps);
  const facts = { attempts, createdAt: claimed.createdAt, repeatable: deps.repeatable };
  const settlement = judge(result, facts, deps.policy, deps.clock.now(), deps.random);
  const durationMs = Math.round(performance.now() - startedAt);
  deps.attempted(settlement, durationMs, deps.clock.now().getTime() - Date.parse(claimed.createdAt));
  span?.set({ status: settlement.outcome, httpStatus: settlement.responseStatus });
  span?.end(settlement.outcome !== 'delivered');
  deps.log.event(
    `delivery.${settlement.outcome}`,
    {
      deliveryId,
      messageId,
      destination,
      kind,
      attempts,
      durationMs,
      httpStatus: settlement.responseStatus,
      code: settlement.outcome === 'delivered' ? undefined : settlement.error.code,
    },
    settlement.outcome === 'dead' || settlement.outcome === 'parked'
      ? 'error'
      : settlement.outcome === 'retry'
        ? 'warn'
        : 'info',
  );
  deps.callEnded();
  await settleAndLearn(claimed, result, settlement, deps);
}
