import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asProcess, eventually, newFolder } from '../setup/gateway.ts';
import { startPartner } from '../setup/partner.ts';
import { regionFor, result, testBsns } from './patients.ts';
import { newTally, sendMllp } from './sender.ts';

const PATIENTS = 20;
const EACH = 60;
const BOUND = 200;
/** Lines of the hospital, each with so many messages unanswered. */
const LINES = 10;
const WINDOW = 4;
const MOST_RSS = 256 * 1024 * 1024;

const rssOf = (pid: number): number =>
  1024 * Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN);

/** Results that came after a later one of the same patient; one asked again is not counted. */
function reordered(bodies: readonly string[]): number {
  const last = new Map<string, number>();
  let count = 0;
  for (const body of bodies) {
    const [, patient = '', sequence = ''] = /#(\d+)-(\d+)/.exec(body) ?? [];
    if (Number(sequence) < (last.get(patient) ?? -1)) count += 1;
    last.set(patient, Number(sequence));
  }
  expect(last.size).toBe(PATIENTS);
  return count;
}

it('a receiver that hangs costs a bounded backlog, not memory; senders wait, and all that was acknowledged arrives once', async () => {
  const folder = newFolder();
  const receiver = await startPartner();
  receiver.behave = () => 'silence';
  const region = regionFor(Number(new URL(receiver.url).port)) as { destinations: object[] };
  const [ecd] = region.destinations;
  writeFileSync(
    join(folder, 'region.json'),
    JSON.stringify({ ...region, destinations: [{ ...ecd, maxOpen: BOUND, timeoutMs: 60_000 }] }),
  );
  const env = { CONFIG: join(folder, 'region.json'), NODE_OPTIONS: '--max-old-space-size=192' };
  const gateway = await asProcess(folder, env);
  const giveUp = new AbortController();
  try {
    const bsns = testBsns(PATIENTS);
    const lines = Array.from({ length: LINES }, (_, line) =>
      Array.from({ length: EACH }, (_unused, sequence) =>
        bsns.filter((_bsn, index) => index % LINES === line).map((bsn) => result(bsn, sequence)),
      ).flat(),
    );
    const tally = newTally();
    const options = { tally, giveUp: giveUp.signal };
    const sending = Promise.all(lines.map((messages) => sendMllp(messages, () => gateway.mllpPort, WINDOW, options)));
    const counts = async (): Promise<{ received: number; delivered: number; balanced: boolean }> =>
      (await (await fetch(`${gateway.url}/reconciliation`)).json()) as never;
    await eventually(async () => (await counts()).received >= BOUND, 30_000);
    const http = await eventually(async () => {
      const answer = await fetch(`${gateway.url}/hl7v2`, {
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body: result(bsns[0] ?? '', 9_999).text,
      });
      return answer.status === 503 && answer;
    }, 5_000);
    expect(http.headers.get('retry-after')).not.toBeNull();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    // What was let in while a look at the ledger was under way is on top.
    expect((await counts()).received).toBeLessThanOrEqual(BOUND + LINES * WINDOW);
    expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);

    receiver.behave = () => ({ status: 200, body: '{}' });
    receiver.received.length = 0;
    receiver.hangUp();
    await sending;
    expect(tally.acknowledged.size).toBe(PATIENTS * EACH);
    expect(tally.refused).toEqual([]);
    await eventually(async () => (await counts()).delivered === PATIENTS * EACH, 60_000);
    expect((await counts()).balanced).toBe(true);
    expect(reordered(receiver.received.map(({ body }) => body))).toBe(0);
    const rss = rssOf(gateway.child.pid ?? 0);
    process.stdout.write(
      `highest resident memory ${(rss / 1024 / 1024).toFixed(0)} MB of ${MOST_RSS / 1024 / 1024}, backlog at most ${BOUND}\n`,
    );
    expect(rss).toBeLessThanOrEqual(MOST_RSS);
  } finally {
    giveUp.abort();
    await gateway.kill();
    await receiver.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}, 180_000);
