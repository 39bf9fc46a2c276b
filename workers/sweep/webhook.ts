/** Tells alarms to a webhook, in order, until it has taken them. Nothing waits for it. */
import type { AlarmNotice } from '../../gateway/ledger/ledger.ts';
import type { SweepDeps } from './deps.ts';

type TellDeps = Pick<SweepDeps, 'ledger' | 'clock' | 'log' | 'region' | 'secrets'>;

const AT_ONCE = 20;
const ANSWER_MS = 5_000;
/** Nobody is helped by yesterday's alarm; what is still raised stands in the metrics. */
const STALE_MS = 24 * 3_600_000;
const FIRST_DELAY_MS = 5_000;
const LONGEST_DELAY_MS = 600_000;

/** The returned round tells what there is to tell; after a failure it rests, longer each time. Never rejects. */
export function createTeller(deps: TellDeps): () => Promise<void> {
  let failures = 0;
  let restUntil = 0;
  let telling = false;
  const round = async (): Promise<void> => {
    const { ledger, clock, log } = deps;
    for (const notice of await ledger.alarmNotices(AT_ONCE)) {
      const stale = clock.now().getTime() - Date.parse(notice.at) > STALE_MS;
      const told = stale ? 'stale' : await tell(deps, notice);
      if (told === 'failed') {
        failures += 1;
        restUntil = performance.now() + Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1));
        log.event('alarm.webhook-failed', { kind: notice.kind, attempts: failures }, 'warn');
        return;
      }
      failures = 0;
      await ledger.write((tx) => tx.dropNotice(notice));
    }
  };
  return async () => {
    if (telling || performance.now() < restUntil) return;
    telling = true;
    try {
      await round();
    } catch (error) {
      deps.log.failure('alarm.telling', error);
    } finally {
      telling = false;
    }
  };
}

/** `nobody`: no webhook is configured. Ids and codes alone. */
async function tell({ region, secrets }: TellDeps, notice: AlarmNotice): Promise<'told' | 'nobody' | 'failed'> {
  const { webhook } = region.alarms;
  if (webhook === undefined) return 'nobody';
  const url = secrets(webhook.urlEnv);
  const key = webhook.keyEnv === undefined ? undefined : secrets(webhook.keyEnv);
  if (url === undefined) return 'failed';
  const { kind: alarm, subject, state, at, count } = notice;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify({ region: region.id, alarm, subject, state, at, count }),
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    await response.body?.cancel();
    return response.ok ? 'told' : 'failed';
  } catch {
    return 'failed';
  }
}
