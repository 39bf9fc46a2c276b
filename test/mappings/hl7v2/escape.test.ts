import fc from 'fast-check';
import { USUAL } from '../../../mappings/hl7v2/delimiters.ts';
import { escapeText, unescapeText } from '../../../mappings/hl7v2/escape.ts';

const read = (raw: string, charset = 'UNICODE UTF-8') => unescapeText(raw, USUAL, charset);

test.each([
  ['\\F\\', '|'],
  ['\\S\\', '^'],
  ['\\T\\', '&'],
  ['\\R\\', '~'],
  ['\\E\\', '\\'],
  ['\\P\\', '#'],
  ['Jansen \\T\\ Zn', 'Jansen & Zn'],
  ['\\E\\T\\E\\', '\\T\\'],
  ['\\X0D\\', '\r'],
  ['\\X41\\\\X42\\', 'AB'],
  ['\\XC3AB\\', 'ë'],
  ['a\\.br\\b', 'a\nb'],
  ['a\\.BR\\b', 'a\nb'],
  ['a\\.sp2\\b', 'a\n\nb'],
  ['a\\.sp+1\\b', 'a\nb'],
  ['a\\.sk3\\b', 'a   b'],
  ['a\\.ce\\b', 'a\nb'],
  ['\\.in+4\\a\\.ti-2\\b\\.fi\\c\\.nf\\', 'abc'],
  ['\\H\\hoog\\N\\', 'hoog'],
])('%s reads as %j', (raw, text) => {
  expect(read(raw)).toBe(text);
});

test.each([
  '\\Zabc\\',
  '\\C2842\\',
  '\\M244A\\',
  '\\foo\\',
  '\\\\',
  'C:\\temp',
  '\\X0\\',
  '\\XZZ\\',
  '\\X00\\',
  '\\XFF\\',
  '\\.xx\\',
])('%s is kept as written', (raw) => {
  expect(read(raw)).toBe(raw);
});

test('hexadecimal bytes are read in the character set of the message', () => {
  expect(read('\\XEB\\', '8859/1')).toBe('ë');
  expect(read('\\XA4\\', '8859/15')).toBe('€');
});

test('a message with its own delimiters resolves escapes to those', () => {
  const own = { field: '$', component: '*', repetition: '_', escape: '!', subcomponent: '%' };
  expect(unescapeText('!F!!S!!R!!T!!E!\\F\\', own, 'ASCII')).toBe('$*_%!\\F\\');
});

test('without an escape character nothing is an escape', () => {
  expect(unescapeText('a\\F\\b', { ...USUAL, escape: '' }, 'ASCII')).toBe('a\\F\\b');
  expect(escapeText('a|b', { ...USUAL, escape: '' })).toBe('a b');
});

test('a line end is written so that no delimiter stands in it', () => {
  expect(escapeText('a\nb', USUAL)).toBe('a\\.br\\b');
  const pointed = { ...USUAL, subcomponent: '.' };
  expect(escapeText('a\nb', pointed)).toBe('a\\X0A\\b');
  expect(unescapeText('a\\X0A\\b', pointed, 'ASCII')).toBe('a\nb');
});

test('what we escape we read back the same', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'ë', '€', ' ', '\\', '|', '^', '~', '&', '\n', '\r', '\t', '.', 'X', 'F'),
  });
  fc.assert(
    fc.property(text, (value) => {
      const escaped = escapeText(value, USUAL);
      expect(escaped).not.toMatch(/[|^~&\r\n]/);
      expect(read(escaped)).toBe(value);
    }),
  );
});
