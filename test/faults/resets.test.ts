import { eventually, inProcess, regionOf } from '../setup/gateway.ts';
import { regionFor, result, testBsns } from './patients.ts';
import { startReceiver, WELL } from './receiver.ts';
import { newTally, sendMllp } from './sender.ts';

const LINES = 10;

it.each([
  [1_000, 'knows conditional updates alone', false],
  [100, 'remembers idempotency keys', true],
])(
  '%i connections reset after the commit double nothing at a receiver that %s',
  async (resets, _what, remembersKeys) => {
    const cut = new Set<string>();
    const receiver = await startReceiver({
      remembersKeys,
      // The first attempt of every message is carried out, and never answered.
      behave: ({ key }) => {
        if (cut.has(key)) return WELL;
        cut.add(key);
        return { commit: true, answer: 'cut' };
      },
    });
    const quick = { firstDelayMs: 20, maxDelayMs: 100, giveUpHours: 1 };
    const gateway = await inProcess({ region: regionOf(regionFor(receiver.port, { retry: quick })) });
    const tally = newTally();
    try {
      const bsns = testBsns(LINES * 10);
      const sent = Array.from({ length: LINES }, (_, line) => {
        const own = bsns.filter((_bsn, index) => index % LINES === line);
        const messages = Array.from({ length: resets / bsns.length }, (_unused, sequence) =>
          own.map((bsn) => result(bsn, sequence)),
        );
        return sendMllp(messages.flat(), () => gateway.mllpPort, 8, { tally, giveUp: new AbortController().signal });
      });
      await Promise.all(sent);
      await eventually(async () => receiver.requests() >= 2 * resets, 200_000);
      await eventually(async () => {
        const counts = (await (await fetch(`${gateway.url}/reconciliation`)).json()) as { delivered: number };
        return counts.delivered === resets;
      });
    } finally {
      await gateway.stop();
      await receiver.stop();
    }
    expect(cut.size).toBe(resets);
    expect(receiver.resources('DiagnosticReport')).toBe(resets);
    expect(receiver.effects).toHaveLength(resets);
    const repeats = receiver.attempts.filter(({ effect }) => effect === (remembersKeys ? 'same-key' : 'no-change'));
    expect(repeats).toHaveLength(resets);
    expect(receiver.attempts).toHaveLength(2 * resets);
  },
  240_000,
);
