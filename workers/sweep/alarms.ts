/** Looks what is wrong with the whole, and raises or clears alarms in the ledger: once for all processes, and over restarts. */
import type { Alarm } from '../../gateway/ledger/ledger.ts';
import type { SweepDeps } from './deps.ts';

type AlarmDeps = Pick<SweepDeps, 'ledger' | 'clock' | 'log' | 'region'>;
type Found = Pick<Alarm, 'kind' | 'subject' | 'count'>;

/** Looks in a row: an imbalance seen once may be a look between two commits. */
const LOOKS_UNBALANCED = 3;

/** The returned look may be called again and again; it writes only what has changed. */
export function createAlarmLook(deps: AlarmDeps): () => Promise<void> {
  let unbalanced = 0;
  return async () => {
    const { ledger, clock, log } = deps;
    const { balanced, dead } = await ledger.reconciliation();
    unbalanced = balanced ? 0 : unbalanced + 1;
    const found: Found[] = [
      ...(unbalanced >= LOOKS_UNBALANCED ? [{ kind: 'unbalanced', subject: '', count: 1 } as const] : []),
      ...(dead >= deps.region.alarms.deadLetters ? [{ kind: 'dead-letters', subject: '', count: dead } as const] : []),
      ...(await ofDestinations(deps)),
      ...(await ofBreakers(deps)),
      ...(await ofSources(deps)),
    ];
    const raised = await ledger.alarms();
    const at = clock.now().toISOString();
    const over = raised.filter(
      ({ kind, subject }) => !found.some((one) => one.kind === kind && one.subject === subject),
    );
    const news = found.filter(
      (one) =>
        !raised.some(({ kind, subject, count }) => kind === one.kind && subject === one.subject && count === one.count),
    );
    if (over.length === 0 && news.length === 0) return;
    await ledger.write(async (tx) => {
      for (const one of news) {
        if (!(await tx.raiseAlarm({ ...one, raisedAt: at }))) continue;
        const { kind, subject, count } = one;
        log.event('alarm.raised', { kind, destination: subject, count }, 'error');
      }
      for (const { kind, subject } of over) {
        if (await tx.clearAlarm(kind, subject, at)) log.event('alarm.cleared', { kind, destination: subject });
      }
    });
  };
}

async function ofDestinations({ ledger, clock, region }: AlarmDeps): Promise<Found[]> {
  const longest = region.alarms.oldestWaitingMinutes * 60_000;
  const now = clock.now().getTime();
  return (await ledger.backlog()).flatMap(({ destination: subject, waiting, sending, retrying, oldestWaitingAt }) => {
    const limit = region.destinations.find(({ id }) => id === subject)?.maxOpen ?? Number.POSITIVE_INFINITY;
    const late = oldestWaitingAt !== null && now - Date.parse(oldestWaitingAt) > longest;
    const full = waiting + sending + retrying >= limit;
    return [
      ...(late ? [{ kind: 'oldest-waiting', subject, count: 1 } as const] : []),
      ...(full ? [{ kind: 'backlog-full', subject, count: 1 } as const] : []),
    ];
  });
}

/** Open now, or probed now and not known to be well. */
async function ofBreakers({ ledger }: AlarmDeps): Promise<Found[]> {
  return (await ledger.destinations())
    .filter(({ breaker }) => breaker.openUntil !== null)
    .map(({ destination: subject }) => ({ kind: 'breaker-open', subject, count: 1 }));
}

async function ofSources({ ledger, region }: AlarmDeps): Promise<Found[]> {
  const open = await ledger.sourceBacklog();
  return region.sources
    .filter(({ id, maxOpen }) => (open.get(id) ?? 0) >= maxOpen)
    .map(({ id: subject }) => ({ kind: 'backlog-full', subject, count: 1 }));
}
