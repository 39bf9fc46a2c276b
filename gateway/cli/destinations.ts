/** `destinations`, `pause` and `resume`: who can be reached, what waits, and holding it back for a while. */
import { z } from 'zod';
import { call, type Api } from './api.ts';
import { EXIT, line, paint, type Exit } from './print.ts';
import { notOurs } from './track.ts';

const destination = z.looseObject({
  id: z.string(),
  health: z.string(),
  pausedAt: z.string().nullable(),
  breaker: z.looseObject({ state: z.string(), openUntil: z.string().nullable() }),
  lagSeconds: z.number(),
  waiting: z.number(),
  sending: z.number(),
  retrying: z.number(),
  dead: z.number(),
});
type Told = z.output<typeof destination>;

interface DestinationsOptions {
  readonly json?: boolean;
}

export async function destinationsCommand(api: Api, options: DestinationsOptions): Promise<Exit> {
  const answer = await call(api, 'GET', '/destinations');
  if (!answer.ok) return answer.exit;
  const read = z.looseObject({ items: z.array(destination) }).safeParse(answer.body);
  return read.success ? show(read.data.items, answer.body, options) : notOurs(api);
}

export async function turnCommand(
  api: Api,
  which: 'pause' | 'resume',
  id: string,
  options: DestinationsOptions,
): Promise<Exit> {
  const answer = await call(api, 'POST', `/destinations/${encodeURIComponent(id)}/${which}`, {});
  if (!answer.ok) return answer.exit;
  const read = destination.safeParse(answer.body);
  return read.success ? show([read.data], answer.body, options) : notOurs(api);
}

function show(items: readonly Told[], body: unknown, { json }: DestinationsOptions): Exit {
  if (json === true) line(JSON.stringify(body, null, 2));
  else items.forEach((one) => line(lineOf(one)));
  return EXIT.ok;
}

const COLOUR: Readonly<Record<string, 'green' | 'red' | 'yellow'>> = { ok: 'green', failing: 'red' };

function lineOf({ id, health, pausedAt, breaker, lagSeconds, waiting, sending, retrying, dead }: Told): string {
  return [
    id.padEnd(16),
    paint(COLOUR[health] ?? 'yellow', health.padEnd(7)),
    `${waiting} waiting, ${sending} sending, ${retrying} retrying, ${dead} dead`,
    ...(lagSeconds > 0 ? [`oldest ${lagSeconds} s`] : []),
    ...(pausedAt === null ? [] : [`paused since ${pausedAt}`]),
    ...(breaker.state === 'closed' ? [] : [`breaker ${breaker.state}`]),
  ].join('  ');
}
