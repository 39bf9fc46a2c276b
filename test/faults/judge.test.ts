import { faultsOf, judge, type Evidence } from './judge.ts';
import type { Attempt } from './receiver.ts';

const OPEN = { endedAt: Number.POSITIVE_INFINITY };

/** Two messages of one patient, one of another, all well. */
const attempt = (message: string, at: number, over: Partial<Attempt> = {}): Attempt => {
  return { message, patient: 'P', key: `key of ${message}`, connection: OPEN, at, effect: 'new', answer: 200, ...over };
};
const [first, second, other] = [attempt('a-0', 1), attempt('a-1', 2), attempt('b-0', 3)] as [Attempt, Attempt, Attempt];
const counts = { received: 3, refused: 0, pending: 0, delivered: 3, dead: 0, balanced: true };
const clean: Evidence = {
  tally: { acknowledged: new Set(['a-0', 'a-1', 'b-0']), refused: [] },
  receiver: { attempts: [first, second, other], effects: [first, second, other] },
  poisoned: new Set(),
  blows: [],
  aways: [],
  counts,
};
const seen = (...attempts: Attempt[]): Evidence['receiver'] => {
  return { attempts, effects: attempts.filter(({ effect }) => effect === 'new') };
};
const found = (over: Partial<Evidence>): unknown => Object.fromEntries(faultsOf(judge({ ...clean, ...over })));

it('finds nothing where everything acknowledged arrived once and in order', () => {
  expect(found({})).toEqual({});
});

it('finds what was acknowledged and never arrived', () => {
  expect(found({ receiver: seen(first, second) })).toEqual({ lost: ['b-0'] });
});

it('finds what took effect twice, under whichever key', () => {
  const again = attempt('b-0', 4, { key: 'another' });
  expect(found({ receiver: seen(first, second, other, again) })).toEqual({ doubled: ['b-0'] });
});

it('finds what overtook an earlier message of its patient, also where it had no effect', () => {
  expect(found({ receiver: seen(second, first, other) })).toEqual({
    reordered: ['a-0 after 1', 'a-0 after 1'],
  });
  const late = attempt('a-0', 4, { effect: 'same-key' });
  expect(found({ receiver: seen(first, second, other, late) })).toEqual({ reordered: ['a-0 after 1'] });
});

it('finds a refusal that was insisted on', () => {
  const poisoned = new Set(['b']);
  const refused = attempt('b-0', 3, { effect: 'none', answer: 422 });
  const receiver = seen(first, second, refused, { ...refused, at: 5 });
  expect(found({ poisoned, receiver, counts: { ...counts, delivered: 2, dead: 1 } })).toEqual({ insisted: ['b-0'] });
});

it('finds a receiver that was called on and on while it was away', () => {
  const probes = (many: number): Attempt[] =>
    Array.from({ length: many }, (_, n) => attempt('b-0', 10 + n, { effect: 'none', answer: 503 }));
  const aways = [{ from: 10, to: 1_010 }];
  expect(found({ aways, receiver: seen(first, second, ...probes(50), other) })).toEqual({});
  const many = seen(first, second, ...probes(100), other);
  expect(found({ aways, receiver: many })).toEqual({ pressed: ['100 calls in 1000 ms'] });
});

it('finds a key that came with other bytes, a refusal of the gateway and counts that do not add up', () => {
  const altered = attempt('b-0', 4, { effect: 'other-bytes', answer: 422 });
  expect(found({ receiver: seen(first, second, other, altered) })).toEqual({ altered: ['b-0'] });
  expect(found({ tally: { ...clean.tally, refused: ['a-0 AE'] } })).toEqual({ refused: ['a-0 AE'] });
  expect(found({ counts: { ...counts, pending: 1, delivered: 2, balanced: false } })).toEqual({
    unbalanced: ['pending is 1, not 0', 'delivered is 2, not 3', 'balanced is false, not true'],
  });
});
