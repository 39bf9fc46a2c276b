/** What is put to the test: one gateway or several processes, and what can be done to them. */
import type { Counts } from './judge.ts';
import type { Random } from './random.ts';

/** Something done to the site while messages flow. Resolves when it is over and the site is whole again. */
export interface Blow {
  readonly name: string;
  /** How often it is chosen beside the others. */
  readonly share: number;
  strike(random: Random): Promise<void>;
}

export interface Site {
  /** Where messages may be brought now; asked at every connection. */
  readonly mllpPort: () => number;
  readonly url: () => string;
  /** SIGKILL of one of its processes. */
  readonly kills: readonly Blow[];
  /** Everything else. */
  readonly troubles: readonly Blow[];
  counts(): Promise<Counts>;
  end(): Promise<void>;
}

export interface SiteSettings {
  /** Folder for data; the region file stands in it too. */
  readonly folder: string;
  readonly regionFile: string;
  /** Also what only a long run does: a disk that fills, a clock that moves, two versions side by side. */
  readonly everything: boolean;
}

export type OpenSite = (settings: SiteSettings) => Promise<Site>;

export function choose(random: Random, blows: readonly Blow[]): Blow {
  let left = random() * blows.reduce((sum, { share }) => sum + share, 0);
  const chosen = blows.find(({ share }) => (left -= share) < 0) ?? blows.at(-1);
  if (chosen === undefined) throw new Error('there is nothing to strike with');
  return chosen;
}

/** As a supervisor would: starts until it starts, for at most half a minute. */
export async function insist<T>(start: () => Promise<T>): Promise<T> {
  const until = performance.now() + 30_000;
  for (;;) {
    try {
      return await start();
    } catch (error) {
      if (performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

export async function countsOf(url: string): Promise<Counts> {
  const answer = await fetch(`${url}/reconciliation`, { signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(`the reconciliation answered ${answer.status}`);
  return (await answer.json()) as Counts;
}
