/** Results go to standard output, words for people to standard error. */
import { writeJson } from '../../profiles/json/write.ts';
import { wantsColour } from '../config.ts';

/** Ends the line of a progress count that may stand on the terminal. */
let unfinished = false;

export const say = (text: string): void => {
  if (unfinished) process.stderr.write(CLEAR);
  unfinished = false;
  process.stderr.write(`${text}\n`);
};

export const line = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const CLEAR = '\r\u001b[K';
const QUIET_MS = 1_000;
const BETWEEN_MS = 200;

/** A count on standard error while long work goes on; only where a person looks on and the results go elsewhere. */
export function progress(what: string): { step(): void; end(): void } {
  const shown = process.stderr.isTTY && !process.stdout.isTTY;
  let count = 0;
  let next = Date.now() + QUIET_MS;
  return {
    step: () => {
      count += 1;
      if (!shown || Date.now() < next) return;
      next = Date.now() + BETWEEN_MS;
      unfinished = true;
      process.stderr.write(`${CLEAR}${count} ${what} …`);
    },
    end: () => {
      if (unfinished) process.stderr.write(CLEAR);
      unfinished = false;
    },
  };
}

/** One result in all: indented by 2. More: one compact line each, in input order, as they come. */
export function resultPrinter(): { add(result: unknown): void; end(): void } {
  let count = 0;
  let first: unknown;
  return {
    add: (result) => {
      count += 1;
      if (count === 1) first = result;
      else {
        if (count === 2) line(writeJson(first));
        line(writeJson(result));
      }
    },
    end: () => {
      if (count === 1) line(writeJson(first, 2));
    },
  };
}

const COLOURS = { red: 31, green: 32, yellow: 33, bold: 1 } as const;

/** Colours only on a terminal, and never where NO_COLOR is set. */
export const paint = (colour: keyof typeof COLOURS, text: string): string =>
  process.stdout.isTTY && wantsColour() ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text;

/** Exit codes of the command line; with several messages the exit is the worst. */
export const EXIT = { ok: 0, refused: 1, usage: 2, unreachable: 3 } as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];

export const worst = (exits: readonly Exit[]): Exit => exits.reduce<Exit>((a, b) => (b > a ? b : a), EXIT.ok);

/** A reader that has gone (`| head`) ends the printing, not the work: the exit code still tells what was found. */
export function surviveClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
    });
  }
}
