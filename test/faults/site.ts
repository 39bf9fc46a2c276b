/** What is put to the test: one gateway or several processes, and what can be done to them. */
import type { GatewayProcess } from '../setup/gateway.ts';
import type { Random } from './random.ts';

/** Something done to the site while messages flow. Resolves when it is over and the site is whole again. */
export interface Blow {
  readonly name: string;
  /** How often it is chosen beside the others. */
  readonly share: number;
  /** Trouble that goes on while the next blows fall; else they wait until the site is whole again. */
  readonly meanwhile?: true;
  /** Kills a process that delivers, or keeps everyone from the ledger; else nothing that was answered can be forgotten. */
  readonly harms?: 'process' | 'ledger';
  strike(random: Random): Promise<void>;
}

/** `GET /reconciliation`. */
export interface Counts {
  readonly received: number;
  readonly refused: number;
  readonly pending: number;
  readonly delivered: number;
  readonly dead: number;
  readonly balanced: boolean;
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
  /** A built checkout of another version, to run beside this one; unless told, this one under another number. */
  readonly beside?: string;
}

export type OpenSite = (settings: SiteSettings) => Promise<Site>;

/** The processes of a site: what is started after its end ends at once. */
export interface Crew {
  start(how: () => Promise<GatewayProcess>): Promise<GatewayProcess>;
  end(): Promise<void>;
}

export function crew(): Crew {
  const started = new Set<GatewayProcess>();
  let ended = false;
  return {
    start: async (how) => {
      const one = await insist(how, () => ended);
      started.add(one);
      if (ended) await one.kill();
      return one;
    },
    end: async () => {
      ended = true;
      await Promise.all([...started].map((one) => one.kill()));
    },
  };
}

/** As a supervisor would: starts until it starts, for at most half a minute. */
async function insist<T>(start: () => Promise<T>, isVain: () => boolean): Promise<T> {
  const until = performance.now() + 30_000;
  for (;;) {
    try {
      return await start();
    } catch (error) {
      if (isVain() || performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

export async function countsOf(url: string): Promise<Counts> {
  const answer = await fetch(`${url}/reconciliation`, { signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(`the reconciliation answered ${answer.status}`);
  return (await answer.json()) as Counts;
}
