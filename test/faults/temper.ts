/** How a receiver in a fault run behaves: mostly well, now and then not, and for a while not at all. */
import { between, type Random } from './random.ts';
import { WELL, type Arrived, type Behaviour } from './receiver.ts';
import type { Blow } from './site.ts';

/** `performance.now()` of both ends. */
export interface Away {
  readonly from: number;
  readonly to: number;
}

export interface Temper {
  readonly behave: (arrived: Arrived) => Behaviour;
  readonly troubles: readonly Blow[];
  /** When it answered everything with 503. */
  readonly aways: readonly Away[];
  /** From now on it takes everything, but what is poisoned. */
  well(): void;
}

const AWAY: Behaviour = { commit: false, answer: 503 };
const POISONED: Behaviour = { commit: false, answer: 422 };

/** One of a hundred requests each, or fewer; a connection cut after the commit is the commonest. */
function mood(random: Random): Behaviour {
  const drawn = random() * 1_000;
  if (drawn < 12) return { commit: true, answer: 'cut' };
  if (drawn < 17) return { commit: false, answer: 'cut' };
  if (drawn < 22) return { commit: true, answer: 503 };
  if (drawn < 27) return { commit: false, answer: 503, retryAfter: 1 };
  if (drawn < 30) return { commit: false, answer: 429, retryAfter: 1 };
  if (drawn < 40) return { commit: true, answer: 200, delayMs: between(random, 10, 300) };
  if (drawn < 41) return { commit: drawn < 40.5, answer: 'silence' };
  return WELL;
}

export function createTemper(random: Random, isPoisoned: (arrived: Arrived) => boolean): Temper {
  let state: 'moody' | 'away' | 'well' = 'moody';
  const aways: Away[] = [];
  return {
    aways,
    behave: (arrived) => {
      if (state === 'away') return AWAY;
      if (isPoisoned(arrived)) return POISONED;
      return state === 'moody' ? mood(random) : WELL;
    },
    troubles: [
      {
        name: 'receiver away',
        share: 1,
        meanwhile: true,
        strike: async (chance) => {
          if (state !== 'moody') return;
          state = 'away';
          const from = performance.now();
          await new Promise((resolve) => setTimeout(resolve, between(chance, 200, 2_000)));
          aways.push({ from, to: performance.now() });
          state = 'moody';
        },
      },
    ],
    well: () => {
      state = 'well';
    },
  };
}
