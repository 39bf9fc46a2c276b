/** Results go to standard output, words for people to standard error. */
import { writeJson } from '../../profiles/json/write.ts';

export const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/** One result in all: indented by 2. More: one compact line each, in input order. */
export function printResults(results: readonly unknown[]): void {
  const indent = results.length === 1 ? 2 : undefined;
  for (const result of results) process.stdout.write(`${writeJson(result, indent)}\n`);
}

export const line = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const COLOURS = { red: 31, green: 32, yellow: 33, bold: 1, dim: 2 } as const;

/** Colours only on a terminal, and never where NO_COLOR is asked for by the caller. */
export const paint = (colour: keyof typeof COLOURS, text: string): string =>
  process.stdout.isTTY ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text;

/** Exit codes of CONTRACT §1. */
export const EXIT = { ok: 0, refused: 1, usage: 2, unreachable: 3 } as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];

/** With several messages the exit is the worst. */
export const worst = (exits: readonly Exit[]): Exit => exits.reduce<Exit>((a, b) => (b > a ? b : a), EXIT.ok);
