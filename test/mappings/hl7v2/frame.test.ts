import fc from 'fast-check';
import { frameBytes, FrameReader, type FrameEvent } from '../../../mappings/hl7v2/frame.ts';

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const text = (found: Uint8Array) => Buffer.from(found).toString('latin1');
const told = (event: FrameEvent) =>
  event.kind === 'frame'
    ? text(event.bytes)
    : event.kind === 'too-large'
      ? `too large: ${text(event.head)}`
      : 'garbage';

function read(stream: Uint8Array, pieces: readonly number[] = [], maxBytes = 1000): string[] {
  const reader = new FrameReader({ maxBytes });
  const events: FrameEvent[] = [];
  let at = 0;
  for (const piece of pieces) {
    events.push(...reader.push(stream.subarray(at, at + piece)));
    at += piece;
  }
  events.push(...reader.push(stream.subarray(at)));
  return events.map(told);
}
const ones = (stream: Uint8Array) => Array.from(stream, () => 1);

test.each([
  ['one frame', '\x0bMSH|1\r\x1c\r', ['MSH|1\r']],
  ['two frames in one piece', '\x0bA\x1c\r\x0bB\x1c\r', ['A', 'B']],
  ['line ends between frames', '\r\n\x0bA\x1c\r\r\n\x0bB\x1c\r\n', ['A', 'B']],
  ['an empty frame', '\x0b\x1c\r', ['']],
  ['0x1C without 0x0D belongs to the message', '\x0bA\x1cB\x1c\x1c\r', ['A\x1cB\x1c']],
  ['garbage, told once per run', 'xyz\x0bA\x1c\rq\r\nq\x0bB\x1c\r', ['garbage', 'A', 'garbage', 'B']],
  ['a frame broken off and begun anew', '\x0bMSH|1\rPID\x0bMSH|2\x1c\r', ['garbage', 'MSH|2']],
  ['a vertical tab in a text', '\x0bMSH|1\rNTE|a\x0bb\x1c\r', ['MSH|1\rNTE|a\x0bb']],
  ['a frame without its end', '\x0bMSH|1', []],
])('%s', (_, stream, expected) => {
  expect(read(bytes(stream))).toEqual(expected);
  expect(read(bytes(stream), ones(bytes(stream)))).toEqual(expected);
});

test('an unfinished frame is pending', () => {
  const reader = new FrameReader({ maxBytes: 10 });
  expect(reader.pending()).toBe(false);
  reader.push(bytes('\x0bA'));
  expect(reader.pending()).toBe(true);
  reader.push(bytes('\x1c'));
  expect(reader.pending()).toBe(true);
  reader.push(bytes('\r'));
  expect(reader.pending()).toBe(false);
});

test('a frame of exactly the limit passes, one byte more is too large, and the next frame works', () => {
  const stream = bytes('\x0b12345\x1c\r\x0b123456\x1c\r\x0bA\x1c\r');
  const expected = ['12345', 'too large: 123456', 'A'];
  expect(read(stream, [], 5)).toEqual(expected);
  expect(read(stream, ones(stream), 5)).toEqual(expected);
});

test('too large is told before the frame ends, with at most 64 KB of it', () => {
  const reader = new FrameReader({ maxBytes: 100_000 });
  expect(reader.push(bytes(`\x0bMSH|${'x'.repeat(99_000)}`))).toEqual([]);
  const [event] = reader.push(bytes('y'.repeat(50_000)));
  expect(event?.kind).toBe('too-large');
  if (event?.kind === 'too-large') expect(event.head).toHaveLength(65_536);
  expect(reader.pending()).toBe(true);
  expect(reader.push(bytes('z'.repeat(50_000)))).toEqual([]);
  expect(reader.push(bytes('\x1c\r\x0bA\x1c\r')).map(told)).toEqual(['A']);
});

test('messages come through whatever way their bytes are cut', () => {
  const content = fc.string({ unit: fc.constantFrom('M', '\x1c', '\r', '\n', 'ë', '|'), maxLength: 12 });
  const message = content.filter((value) => !/\x1c\r|\x1c$/.test(value));
  fc.assert(
    fc.property(fc.array(message, { maxLength: 6 }), fc.array(fc.integer({ min: 0, max: 9 })), (messages, pieces) => {
      const stream = Buffer.concat(messages.map((value) => frameBytes(bytes(value))));
      expect(read(stream, pieces)).toEqual(messages);
    }),
  );
});

test('any bytes in any pieces give the same events as in one piece', () => {
  const noise = fc.array(fc.constantFrom(0x0b, 0x1c, 0x0d, 0x0a, 0x4d, 0x53, 0x48, 0x78), { maxLength: 60 });
  fc.assert(
    fc.property(noise, fc.array(fc.integer({ min: 1, max: 5 })), (values, pieces) => {
      const stream = Uint8Array.from(values);
      const whole = read(stream, [], 8).map((event) => event.slice(0, 9));
      expect(read(stream, pieces, 8).map((event) => event.slice(0, 9))).toEqual(whole);
    }),
  );
});

test('a long frame in single bytes takes time in proportion', () => {
  const time = (size: number): number => {
    const reader = new FrameReader({ maxBytes: 20_000_000 });
    const one = Uint8Array.of(0x61);
    const start = performance.now();
    reader.push(Uint8Array.of(0x0b));
    for (let sent = 0; sent < size; sent++) reader.push(one);
    const [event] = reader.push(Uint8Array.of(0x1c, 0x0d));
    if (event?.kind !== 'frame' || event.bytes.length !== size) throw new Error('the frame did not come through');
    return performance.now() - start;
  };
  time(100_000);
  const small = time(300_000);
  expect(time(3_000_000)).toBeLessThan(40 * Math.max(small, 20));
});
