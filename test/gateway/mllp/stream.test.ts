import fc from 'fast-check';
import { ByteBudget } from '../../../gateway/budget.ts';
import { MessageStream, type Cut } from '../../../gateway/mllp/stream.ts';
import { framed, oru } from './stand-in.ts';

/** Whether nothing is taken: all of it can be had. */
const isWhole = (budget: ByteBudget, most: number): boolean => {
  if (!budget.take(most)) return false;
  budget.giveBack(most);
  return true;
};

const piece = fc.oneof(
  fc.uint8Array({ maxLength: 400 }),
  fc.nat({ max: 600 }).map((length) => framed(oru('A1', 'x'.repeat(length)))),
  fc.constantFrom(Buffer.from([0x0b]), Buffer.from([0x1c, 0x0d]), Buffer.from('MSH|'), Buffer.from('\r\n')),
);

describe('the incoming side of a connection', () => {
  it('takes anything without failing, and lets go of all it held', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.nat({ max: 2000 }), (pieces, room) => {
        const most = 500 + room;
        const budget = new ByteBudget(most);
        const stream = new MessageStream(500, budget);
        const cuts: Cut[] = [];
        for (const bytes of pieces) {
          const pushed = stream.push(bytes);
          cuts.push(...pushed.cuts);
          if (pushed.fault !== null) break;
        }
        cuts.forEach((cut) => stream.release(cut));
        stream.forget();
        expect(isWhole(budget, most)).toBe(true);
      }),
    );
  });

  it('cuts the same messages from the stream however it is chunked', () => {
    const whole = Buffer.concat(['A1', 'A2', 'A3'].map((id) => framed(oru(id))));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: whole.length }), { maxLength: 20 }), (at) => {
        const stream = new MessageStream(1000, new ByteBudget(10_000));
        const ends = [...new Set([...at, whole.length])].sort((a, b) => a - b);
        let from = 0;
        const texts = ends.flatMap((end) => {
          const { cuts } = stream.push(whole.subarray(from, end));
          from = end;
          return cuts.map((cut) => (cut.kind === 'frame' ? Buffer.from(cut.bytes).toString('latin1') : cut.kind));
        });
        expect(texts).toEqual([oru('A1'), oru('A2'), oru('A3')]);
      }),
    );
  });

  it('keeps the messages that came before the peer turned to something else', () => {
    const stream = new MessageStream(1000, new ByteBudget(10_000));
    const pushed = stream.push(Buffer.concat([framed(oru('A1')), Buffer.alloc(5_000, 0x78)]));
    expect(pushed.fault).toBe('not-mllp');
    expect(pushed.cuts).toHaveLength(1);
  });
});
