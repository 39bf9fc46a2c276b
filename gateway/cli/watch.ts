/** `--watch`: does the work again when a file changes, until Ctrl-C. */
import { watch } from 'node:fs';
import { say } from './print.ts';

/** Editors write a file in several steps; the work waits until they have settled. */
const SETTLE_MS = 150;

export interface Watched {
  readonly folder: string;
  /** Also the folders within it. */
  readonly within: boolean;
}

/**
 * Runs at once, then after every change in one of the folders; resolves, with what the last run gave, when `stop` is
 * aborted. A change while it runs makes it run once more.
 */
export async function runOnChange<T>(
  folders: readonly Watched[],
  run: () => Promise<T>,
  stop: AbortSignal,
): Promise<T> {
  let changed: () => void = () => undefined;
  let dirty = false;
  const watchers = folders.map(({ folder, within }) =>
    watch(folder, { recursive: within, signal: stop }, () => {
      dirty = true;
      changed();
    }),
  );
  for (const watcher of watchers) {
    watcher.on('error', (error) => {
      if (!stop.aborted) say(`cannot go on watching: ${error.message}`);
    });
  }
  const ended = new Promise<void>((resolve) => {
    stop.addEventListener('abort', () => resolve(), { once: true });
  });
  const nextChange = (): Promise<void> =>
    new Promise((resolve) => {
      changed = resolve;
      if (dirty) resolve();
    });
  for (;;) {
    dirty = false;
    const result = await run();
    if (!stop.aborted) say('watching for changes; Ctrl-C ends');
    await Promise.race([nextChange(), ended]);
    if (stop.aborted) return result;
    await settled(stop);
  }
}

const settled = (stop: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, SETTLE_MS);
    stop.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });

/** Aborted by Ctrl-C, or by who ends the process kindly. */
export function untilInterrupted(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
