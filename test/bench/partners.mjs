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
    start: (env = {}, command = 'serve') => startGateway(folder, { CONFIG: file, ...env }, command),
    end: () => {
      receiver.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Over 20 connections, 16 unanswered on each; resolves when all are acknowledged. Several ports take them by turns. */
export function overMllp(port, texts) {
  const ports = [port].flat();
  const perLine = Math.ceil(texts.length / 20);
  return Promise.all(
    Array.from({ length: 20 }, (_, line) =>
      sendMllp(ports[line % ports.length], texts.slice(line * perLine, (line + 1) * perLine), 16),
    ),
  );
}

export const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What came is what was sent: the rest, and what came again. */
export function lossOf(sent, receiver) {
  const doubled = [...receiver.seen.values()].filter(({ count }) => count > 1).length;
  return `${sent} sent, ${sent - receiver.seen.size} lost, ${doubled} doubled`;
}

/** Runs `job` for `count` messages: messages per second, and CPU per message in microseconds of one process or several. */
export async function timed(pid, count, job) {
  const cpu = () => [pid].flat().reduce((sum, one) => sum + cpuMs(one), 0);
  const before = { cpu: cpu(), at: performance.now() };
  await job();
  const seconds = (performance.now() - before.at) / 1000;
  await rest(300); // what is still being written down
  return { perSecond: count / seconds, cpuUs: ((cpu() - before.cpu) * 1000) / count };
}
