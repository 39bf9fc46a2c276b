// The senders and the receiver of one gateway, and the measuring of what it does for them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchRegion, cpuMs, sendMllp, startGateway, startReceiver } from './gateway.mjs';

/** A folder with the region file of a gateway that delivers to a receiver of its own. */
export async function coalition() {
  const folder = mkdtempSync(join(tmpdir(), 'wkbench-'));
  const receiver = await startReceiver();
  const file = join(folder, 'region.json');
  const write = (change = {}) => writeFileSync(file, JSON.stringify(benchRegion(receiver.port, change)));
  write();
  return {
    folder,
    receiver,
    write,
    start: () => startGateway(folder, { CONFIG: file }),
    end: () => {
      receiver.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Over 20 connections, 16 unanswered on each; resolves when all are acknowledged. */
export function overMllp(port, texts) {
  const perLine = Math.ceil(texts.length / 20);
  return Promise.all(
    Array.from({ length: 20 }, (_, line) => sendMllp(port, texts.slice(line * perLine, (line + 1) * perLine), 16)),
  );
}

export const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs `job` for `count` messages: messages per second, and the gateway's CPU per message in microseconds. */
export async function timed(pid, count, job) {
  const before = { cpu: cpuMs(pid), at: performance.now() };
  await job();
  const seconds = (performance.now() - before.at) / 1000;
  await rest(300); // what is still being written down
  return { perSecond: count / seconds, cpuUs: ((cpuMs(pid) - before.cpu) * 1000) / count };
}
