/** How the demo tells what it sees, and what it does when something is not seen. */
import { line, paint } from '../print.ts';
import type { PartnersSeen, ReceivedRequest } from './partners.ts';
import type { DemoPerson } from './person.ts';
import type { Story } from './stories.ts';

/** One patient's run through the demo. */
export interface Run {
  readonly partners: PartnersSeen;
  readonly person: DemoPerson;
  readonly story: Story;
  /** Makes the ids of this run its own. */
  readonly id: string;
}

export class StepFailed extends Error {}

export function must(holds: boolean, words: string): asserts holds {
  if (!holds) throw new StepFailed(words);
}

export const step = (name: string): void => {
  line(`\n${paint('bold', name)}`);
};

export const tell = (who: string, what: string): void => {
  line(`  ${who.padEnd(12)} ${what}`);
};

/** `1 Task, 2 Observation` */
export const types = (request: ReceivedRequest): string =>
  [...new Set(request.types)]
    .map((type) => `${request.types.filter((other) => other === type).length} ${type}`)
    .join(', ');
