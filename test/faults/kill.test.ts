import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asProcess, eventually, newFolder, type GatewayProcess } from '../setup/gateway.ts';
import { regionFor, result, testBsns } from './patients.ts';
import { startReceiver } from './receiver.ts';
import { sendAll } from './sender.ts';

const PATIENTS = 50;
const EACH = 100;
const KILLS = 20;
const LINES = 10;

/** Repeatable from its printed seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

it(`loses, doubles and reorders nothing over ${KILLS} kills during ${PATIENTS * EACH} MLLP messages`, async () => {
  const seed = Number(process.env.FAULT_SEED ?? 20261122);
  const random = randomFrom(seed);
  const folder = newFolder();
  const receiver = await startReceiver();
  const regionFile = join(folder, 'region.json');
  writeFileSync(regionFile, JSON.stringify(regionFor(receiver.port)));
  const start = (): Promise<GatewayProcess> => asProcess(folder, { CONFIG: regionFile });
  let gateway = await start();
  const giveUp = new AbortController();
  try {
    const bsns = testBsns(PATIENTS);
    // Every line carries its own patients, their results in order and in turns.
    const lines = Array.from({ length: LINES }, (_, line) =>
      Array.from({ length: EACH }, (_unused, sequence) =>
        bsns.filter((_bsn, index) => index % LINES === line).map((bsn) => result(bsn, sequence)),
      ).flat(),
    );
    let ended = false;
    const isSending = (): boolean => !ended;
    const sent = Promise.all(lines.map((messages) => sendAll(messages, () => gateway.mllpPort, giveUp.signal))).finally(
      () => {
        ended = true;
      },
    );
    let kills = 0;
    const seen: number[] = [];
    while (kills < KILLS && isSending()) {
      // Some way into what this life of the gateway takes and delivers, so that a kill falls amid both.
      const until = receiver.requests() + 10 + Math.floor(random() * 180);
      await eventually(async () => receiver.requests() >= until || !isSending(), 5_000).catch(() => null);
      if (!isSending()) break;
      await gateway.kill();
      kills += 1;
      seen.push(receiver.requests());
      gateway = await start();
    }
    const done = await sent;
    const acknowledged = done.flatMap((line) => line.acknowledged);
    expect(done.flatMap((line) => line.refused)).toEqual([]);
    expect(acknowledged).toHaveLength(PATIENTS * EACH);
    await eventually(async () => receiver.effects.length >= acknowledged.length, 60_000);
    const reconciliation: unknown = await eventually(async () => {
      const counts = (await (await fetch(`${gateway.url}/reconciliation`)).json()) as {
        pending: number;
        balanced: boolean;
      };
      return counts.pending === 0 ? counts : null;
    }, 60_000);

    const effects = new Map<string, number>();
    for (const { message } of receiver.effects) effects.set(message, (effects.get(message) ?? 0) + 1);
    const lost = acknowledged.filter((controlId) => !effects.has(controlId));
    const doubled = [...effects].filter(([, count]) => count > 1);
    const last = new Map<string, number>();
    let reordered = 0;
    for (const { message, patient } of receiver.effects) {
      const sequence = Number(message.split('-')[1]);
      if (sequence < (last.get(patient) ?? -1)) reordered += 1;
      last.set(patient, sequence);
    }
    const repeated = done.reduce((sum, line) => sum + line.repeated, 0);
    process.stdout.write(
      `seed ${seed}: ${kills} kills, ${acknowledged.length} acknowledged, ${repeated} sent again, ` +
        `${receiver.requests()} requests (${seen.join(' ')} at the kills),  ${lost.length} lost, ${doubled.length} doubled, ${reordered} reordered\n`,
    );
    expect({ kills, lost, doubled, reordered }).toEqual({ kills: KILLS, lost: [], doubled: [], reordered: 0 });
    expect(last.size).toBe(PATIENTS);
    expect(reconciliation).toMatchObject({
      received: PATIENTS * EACH,
      delivered: PATIENTS * EACH,
      refused: 0,
      balanced: true,
    });
  } finally {
    giveUp.abort();
    await gateway.kill();
    await receiver.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}, 300_000);
