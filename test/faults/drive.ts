/**
 * One run: a hospital sends, a receiver takes and misbehaves, and at moments drawn from the seed blows fall on the site.
 * Afterwards nothing that was acknowledged may be missing, doubled or out of order.
 */
import { setMaxListeners } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder } from '../setup/gateway.ts';
import { drawn, strike, type Fallen } from './blows.ts';
import { judge, type Verdict } from './judge.ts';
import { readControlId, regionFor, testBsns } from './patients.ts';
import { randomFrom } from './random.ts';
import { startReceiver } from './receiver.ts';
import { newTally, type SendOptions } from './sender.ts';
import type { Counts, OpenSite, Site } from './site.ts';
import { createTemper } from './temper.ts';
import { linesOf, send } from './traffic.ts';

export interface Plan {
  readonly seed: number;
  readonly kills: number;
  /** In all; every patient has an equal share. */
  readonly messages: number;
  readonly patients: number;
  readonly lines: number;
  /** Blows of any other kind. */
  readonly troubles: number;
  readonly everything: boolean;
  readonly beside?: string;
}

const silent = (): void => undefined;

export interface Report {
  readonly verdict: Verdict;
  readonly acknowledged: number;
  readonly repeated: number;
  readonly requests: number;
  /** How often each blow fell. */
  readonly blows: Readonly<Record<string, number>>;
  readonly counts: Counts;
  readonly seconds: number;
}

interface Watching {
  /** Hears every ten seconds how far it is. */
  readonly tell?: (line: string) => void;
  /** Ends the run, and every process it started. */
  readonly stop?: AbortSignal;
}

export async function drive(plan: Plan, openSite: OpenSite, { tell = silent, stop }: Watching = {}): Promise<Report> {
  const startedAt = performance.now();
  const random = randomFrom(plan.seed);
  const bsns = testBsns(plan.patients);
  // The last patient's messages the receiver refuses for good.
  const poisoned = new Set(bsns.slice(-1).map((bsn) => bsn.slice(3)));
  const temper = createTemper(randomFrom(plan.seed + 1), ({ message }) => poisoned.has(readControlId(message).patient));
  const receiver = await startReceiver({ behave: temper.behave });
  const folder = newFolder();
  mkdirSync(join(folder, 'data'));
  const regionFile = join(folder, 'region.json');
  writeFileSync(regionFile, JSON.stringify(regionFor(receiver.port, { timeoutMs: 2_000 })));
  const giveUp = new AbortController();
  setMaxListeners(0, giveUp.signal);
  const tally = newTally();
  const fallen: Fallen = { blows: [], counts: {} };
  const telling = setInterval(() => {
    const done = `acknowledged ${tally.acknowledged.size}, effects ${receiver.effects.length}`;
    tell(`${Math.round((performance.now() - startedAt) / 1_000)} s: ${done}, blows ${fallen.blows.length}`);
  }, 10_000);
  let site: Site | null = null;
  try {
    site = await openSite({ ...plan, folder, regionFile });
    const cutting = randomFrom(plan.seed + 2);
    const options: SendOptions = { tally, giveUp: giveUp.signal, cut: () => cutting() < 0.001 };
    const each = Math.ceil(plan.messages / plan.patients);
    const sending = send(linesOf(bsns, each, plan.lines, random), site, options);
    const progress = (): number => (tally.acknowledged.size + receiver.effects.length) / 2;
    // The last blows while there is still something to take or deliver; one patient's part is refused.
    const last = Math.floor(plan.messages * 0.98 - each);
    const moments = [
      ...drawn(plan.kills, site.kills, last, random),
      ...drawn(plan.troubles, [...site.troubles, ...temper.troubles], last, random),
    ];
    const striking = strike(moments, progress, random, fallen);
    await Promise.race([Promise.all([sending, striking]), aborted(stop)]);
    temper.well();
    const counts = await Promise.race([settled(site), aborted(stop)]);
    return {
      verdict: judge({
        tally,
        receiver,
        poisoned,
        blows: fallen.blows,
        aways: temper.aways,
        counts,
      }),
      acknowledged: tally.acknowledged.size,
      repeated: tally.repeated,
      requests: receiver.requests(),
      blows: fallen.counts,
      counts,
      seconds: Math.round((performance.now() - startedAt) / 1_000),
    };
  } finally {
    clearInterval(telling);
    giveUp.abort();
    await site?.end();
    await receiver.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const aborted = (stop: AbortSignal | undefined): Promise<never> =>
  new Promise((_resolve, reject) => {
    stop?.addEventListener('abort', () => reject(new Error('stopped')));
  });

/** The counts once nothing is waiting any more, or as they are after two minutes. */
async function settled(site: Site): Promise<Counts> {
  const until = performance.now() + 120_000;
  for (;;) {
    const counts = await site.counts().catch(() => null);
    if (counts?.pending === 0 || (counts !== null && performance.now() > until)) return counts;
    if (performance.now() > until + 30_000) throw new Error('the reconciliation cannot be read');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
