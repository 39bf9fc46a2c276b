/**
 * One run: a hospital sends, a receiver takes and misbehaves, and at moments drawn from the seed blows fall on the site.
 * Afterwards nothing that was acknowledged may be missing, doubled or out of order.
 */
import { setMaxListeners } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, newFolder } from '../setup/gateway.ts';
import { judge, type Counts, type Verdict } from './judge.ts';
import { change, readControlId, regionFor, result, testBsns, type Message } from './patients.ts';
import { between, randomFrom, type Random } from './random.ts';
import { startReceiver, type ModelReceiver } from './receiver.ts';
import { newTally, sendHttp, sendMllp, type SendOptions, type Tally } from './sender.ts';
import { choose, type Blow, type OpenSite, type Site } from './site.ts';
import { createTemper, type Temper } from './temper.ts';

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

/** Every fifth message is a change of address, the others are results; now and then one is sent twice. */
function linesOf({ messages, patients, lines }: Plan, bsns: readonly string[], random: Random): Message[][] {
  const each = Math.ceil(messages / patients);
  return Array.from({ length: lines }, (_, line) => {
    const own = bsns.filter((_bsn, index) => index % lines === line);
    const plain = Array.from({ length: each }, (_unused, sequence) =>
      own.map((bsn, index) => ((sequence + index) % 5 === 4 ? change(bsn, sequence) : result(bsn, sequence))),
    ).flat();
    return plain.flatMap((message, at) => {
      const again = random() < 0.01 ? plain[Math.max(0, at - between(random, 0, 40))] : undefined;
      return again === undefined ? [message] : [message, again];
    });
  });
}

interface Moment {
  readonly at: number;
  readonly blow: Blow;
}

/** The blows in order, each with the number of settled messages at which it falls. */
function momentsOf(plan: Plan, site: Site, temper: Temper, random: Random): Moment[] {
  // The last of them while there is still something to take or deliver; a patient's part is refused.
  const last = Math.floor(plan.messages * 0.98 - plan.messages / plan.patients);
  const drawn = (count: number, blows: readonly Blow[]): Moment[] =>
    Array.from({ length: count }, () => ({ at: between(random, 0, last), blow: choose(random, blows) }));
  return [...drawn(plan.kills, site.kills), ...drawn(plan.troubles, [...site.troubles, ...temper.troubles])].sort(
    (a, b) => a.at - b.at,
  );
}

/** `tell` hears every ten seconds how far it is. */
export async function drive(plan: Plan, openSite: OpenSite, tell: (line: string) => void = silent): Promise<Report> {
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
  const fallen: Fallen = { times: [], counts: {} };
  const telling = setInterval(() => {
    const done = `acknowledged ${tally.acknowledged.size}, effects ${receiver.effects.length}`;
    tell(`${Math.round((performance.now() - startedAt) / 1_000)} s: ${done}, blows ${fallen.times.length}`);
  }, 10_000);
  let site: Site | null = null;
  try {
    site = await openSite({ folder, regionFile, everything: plan.everything });
    const cutting = randomFrom(plan.seed + 2);
    const options: SendOptions = { tally, giveUp: giveUp.signal, cut: () => cutting() < 0.001 };
    const sending = send(linesOf(plan, bsns, random), site, options);
    await Promise.all([sending, strike(momentsOf(plan, site, temper, random), { tally, receiver, random, fallen })]);
    temper.well();
    const counts = await settled(site);
    return {
      verdict: judge({ tally, receiver, poisoned, blows: fallen.times, aways: temper.aways, counts }),
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

/** Four lines of five bring their messages over MLLP, up to eight unanswered; the fifth over HTTP. */
async function send(lines: readonly (readonly Message[])[], site: Site, options: SendOptions): Promise<void> {
  await Promise.all(
    lines.map((messages, line) =>
      line % 5 === 4
        ? sendHttp(messages, site.url, options)
        : sendMllp(messages, site.mllpPort, 1 + 2 * (line % 4), options),
    ),
  );
}

interface Fallen {
  readonly times: number[];
  readonly counts: Record<string, number>;
}

interface Progress {
  readonly tally: Tally;
  readonly receiver: ModelReceiver;
  readonly random: Random;
  readonly fallen: Fallen;
}

/** Kills fall one after the other; other trouble goes on while they do. */
async function strike(moments: readonly Moment[], { tally, receiver, random, fallen }: Progress): Promise<void> {
  const going: Promise<void>[] = [];
  for (const { at, blow } of moments) {
    // Half of taking, half of delivering, so that a blow falls amid both.
    const isReached = (): boolean => (tally.acknowledged.size + receiver.effects.length) / 2 >= at;
    await eventually(async () => isReached(), 120_000);
    fallen.times.push(performance.now());
    fallen.counts[blow.name] = (fallen.counts[blow.name] ?? 0) + 1;
    const struck = blow.strike(random);
    if (blow.name.startsWith('kill')) await struck;
    else going.push(struck);
  }
  await Promise.all(going);
}

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
