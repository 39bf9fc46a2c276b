import fc from 'fast-check';
import { WRITTEN } from '../../../profiles/json/decimal.ts';
import { writeJson } from '../../../profiles/json/write.ts';
import { jsonText, valueOf } from './json-text.ts';

describe('writeJson', () => {
  test('keeps every number as it was written, indented or not', () => {
    const compact = (json: string) =>
      json.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_, quoted: string | undefined) =>
        quoted === undefined ? '' : JSON.stringify(JSON.parse(quoted)),
      );
    fc.assert(
      fc.property(fc.oneof(jsonText.object, jsonText.array), (json) => {
        // Objects put whole-number keys first, in JSON.parse as well.
        fc.pre(!/"\d+"\s*:/.test(json));
        expect(writeJson(valueOf(json))).toBe(compact(json));
        expect(compact(writeJson(valueOf(json), 2))).toBe(compact(json));
      }),
    );
  });

  test.each([
    '12.0',
    '5.60',
    '1e3',
    '1E+3',
    '-0',
    '0.0000001',
    '123456789012345678901234567890',
    '0.1000000000000000055511151231257827',
  ])('keeps %s as it was written', (written) => {
    const value = valueOf(`{"value":${written}}`) as { value: number };
    expect(value.value).toBe(Number(written));
    expect(writeJson(value)).toBe(`{"value":${written}}`);
  });

  test.each(['0', '-5', '7.4', '0.000001', '123456789012345'])(
    'remembers nothing of %s, which JavaScript writes the same way',
    (written) => {
      expect(Object.getOwnPropertySymbols(valueOf(`{"value":${written}}`) as object)).not.toContain(WRITTEN);
    },
  );

  test('a long list of such decimals costs time in proportion', () => {
    const list = valueOf(`[${Array.from({ length: 200_000 }, () => '1.0').join(',')}]`) as number[];
    expect(list).toHaveLength(200_000);
    expect(writeJson(list).slice(0, 9)).toBe('[1.0,1.0,');
  });

  test('writes what JSON.stringify writes when nothing was remembered', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
        expect(writeJson(value, indent)).toBe(JSON.stringify(value, null, indent));
      }),
    );
  });

  test('indents around a remembered decimal as JSON.stringify does', () => {
    const json = '{"a":[],"b":{},"c":[1,{"d":"x\\ny"}],"e":2.5}';
    const lossy = valueOf(json.replace('2.5', '2.50'));
    expect(writeJson(lossy, 2)).toBe(JSON.stringify(JSON.parse(json), null, 2).replace('2.5', '2.50'));
  });

  test('text is never taken for a remembered decimal', () => {
    const texts = ['\u0000n5', '\u0000', 'a"\u0000n5"', '"\u0000n1.50', '\\', '\u0000s\u0000n7', '\\"\u0000n5'];
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...texts), fc.string())),
        fc.constantFrom(0, 2),
        (strings, indent) => {
          const named = Object.fromEntries(strings.map((text) => [`${text}.`, [text, text]]));
          const plain = { named, strings, decimal: 1.5 };
          const lossy = { ...plain, ...(valueOf('{"decimal":1.50}') as object) };
          const expected = JSON.stringify(plain, null, indent).replace(/1\.5(\s*\})$/, '1.50$1');
          expect(writeJson(lossy, indent)).toBe(expected);
        },
      ),
    );
  });

  test('a value changed after reading is written as it is now', () => {
    const quantity = valueOf('{"value":5.60}') as { value: number };
    expect(writeJson({ ...quantity })).toBe('{"value":5.60}');
    expect(writeJson({ ...quantity, value: 7 })).toBe('{"value":7}');
  });
});
