import fc from 'fast-check';
import { charsetNamed, decode, encode, type Charset } from '../../../mappings/hl7v2/charset.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);

test.each([
  ['ASCII', 'ASCII'],
  ['8859/1', '8859/1'],
  ['ISO-8859-1', '8859/1'],
  ['ISO 8859/1', '8859/1'],
  ['8859/15', '8859/15'],
  ['UNICODE UTF-8', 'UNICODE UTF-8'],
  ['UNICODE', 'UNICODE UTF-8'],
  ['utf-8', 'UNICODE UTF-8'],
  ['windows-1252', 'windows-1252'],
])('%s is a spelling of %s', (name, charset) => {
  expect(charsetNamed(name)).toBe(charset);
});

test.each(['8859/2', 'ISO IR87', 'GB 18030-2000', 'BIG-5', ''])('%s is no character set we decode', (name) => {
  expect(charsetNamed(name)).toBeNull();
});

test.each<[Charset, number, string]>([
  ['8859/1', 0xeb, 'ë'],
  ['8859/1', 0xa4, '¤'],
  ['8859/15', 0xa4, '€'],
  ['8859/15', 0xbd, 'œ'],
  ['8859/15', 0xeb, 'ë'],
  ['windows-1252', 0x80, '€'],
  ['windows-1252', 0x92, '’'],
  ['windows-1252', 0x9f, 'Ÿ'],
  ['windows-1252', 0xeb, 'ë'],
])('in %s byte %i is %s', (charset, byte, character) => {
  expect(decode(bytes(0x41, byte), charset)).toEqual({ ok: true, text: `A${character}` });
});

test.each<[Charset, number[], number]>([
  ['ASCII', [0x41, 0xeb], 1],
  ['8859/1', [0x92], 0],
  ['8859/15', [0x41, 0x41, 0x80], 2],
  ['windows-1252', [0x81], 0],
  ['UNICODE UTF-8', [0x44, 0xeb, 0x6c], -1],
  ['UNICODE UTF-8', [0xed, 0xa0, 0x80], -1],
])('%s has no meaning for bytes %j', (charset, values, offset) => {
  expect(decode(bytes(...values), charset)).toEqual({ ok: false, offset });
});

test('windows-1252 has five bytes without a meaning, and is 8859/1 outside 0x80 to 0x9F', () => {
  const without = Array.from({ length: 256 }, (_, byte) => byte).filter(
    (byte) => !decode(bytes(byte), 'windows-1252').ok,
  );
  expect(without).toEqual([0x81, 0x8d, 0x8f, 0x90, 0x9d]);
  for (let byte = 0xa0; byte < 256; byte++) {
    expect(decode(bytes(byte), 'windows-1252')).toEqual(decode(bytes(byte), '8859/1'));
  }
});

test('8859/15 agrees with the table of the platform above 0x9F', () => {
  const platform = new TextDecoder('iso-8859-15');
  for (let byte = 0xa0; byte < 256; byte++) {
    expect(decode(bytes(byte), '8859/15')).toEqual({ ok: true, text: platform.decode(bytes(byte)) });
  }
});

test('what can be decoded is encoded to the same bytes again', () => {
  const sets = fc.constantFrom<Charset>('ASCII', '8859/1', '8859/15', 'UNICODE UTF-8', 'windows-1252');
  fc.assert(
    fc.property(sets, fc.uint8Array({ maxLength: 40 }), (charset, input) => {
      const decoded = decode(input, charset);
      if (decoded.ok) {
        expect(decoded.text).not.toContain('\uFFFD');
        expect([...encode(decoded.text, charset)]).toEqual([...input]);
      }
    }),
  );
});

test('an answer shows a question mark where the set lacks a character', () => {
  expect([...encode('a€', '8859/1')]).toEqual([0x61, 0x3f]);
});
