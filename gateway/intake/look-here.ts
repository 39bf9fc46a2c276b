/** Looking in the thread of the doors: a machine with one core, or a gateway told to (MAPPING_THREADS=0). */
import { look, type Look, type LookDeps } from './look.ts';
import { createTurn } from './turn.ts';

/** Enough for a commit to pay; begun within a thirtieth of a second. */
const BEGUN_IN_A_TURN = 16;

export function lookHere(asking: LookDeps): Look {
  const turn = createTurn(BEGUN_IN_A_TURN);
  return async (arrival, stamp) => {
    await turn();
    return look(asking, arrival, stamp);
  };
}
