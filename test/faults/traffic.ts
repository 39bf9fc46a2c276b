/** What a hospital brings in a fault run, and how. */
import { change, result, type Message } from './patients.ts';
import { between, type Random } from './random.ts';
import { sendHttp, sendMllp, type SendOptions } from './sender.ts';
import type { Site } from './site.ts';

/** A patient keeps to one line. Every fifth message is a change of address, the others are results; one of a hundred is sent twice. */
export function linesOf(bsns: readonly string[], each: number, lines: number, random: Random): Message[][] {
  return Array.from({ length: lines }, (_, line) => {
    const own = bsns.filter((_bsn, index) => index % lines === line);
    const plain = Array.from({ length: each }, (_unused, sequence) =>
      own.map((bsn, index) => ((sequence + index) % 5 === 4 ? change(bsn, sequence) : result(bsn, sequence))),
    ).flat();
    return plain.flatMap((message, at) => {
      const again = random() < 0.01 ? plain[Math.max(0, at - between(random, 0, 40))] : undefined;
      return again === undefined ? [message] : [message, again];
    });
  });
}

/** Four lines of five bring their messages over MLLP, up to seven unanswered; the fifth over HTTP. */
export async function send(
  lines: readonly (readonly Message[])[],
  site: Pick<Site, 'mllpPort' | 'url'>,
  options: SendOptions,
): Promise<void> {
  await Promise.all(
    lines.map((messages, line) =>
      line % 5 === 4
        ? sendHttp(messages, site.url, options)
        : sendMllp(messages, site.mllpPort, 1 + 2 * (line % 4), options),
    ),
  );
}
