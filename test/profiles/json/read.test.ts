import fc from 'fast-check';
import { WRITTEN } from '../../../profiles/json/decimal.ts';
import { readJson } from '../../../profiles/json/read.ts';
import { writeJson } from '../../../profiles/json/write.ts';

const valueOf = (text: string): unknown => {
  const read = readJson(text);
  if (!read.ok) throw new Error(`${read.issue.expression}: ${read.issue.text}`);
  return read.value;
};
const issueOf = (text: string, maxDepth?: number) => {
  const read = readJson(text, maxDepth === undefined ? {} : { maxDepth });
  if (read.ok) throw new Error('was read');
  return read.issue;
};

/** JSON texts whose numbers are written in every way the grammar allows, with white space between the tokens. */
const digits = fc.stringMatching(/^\d{1,20}$/);
const number = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(fc.constant('0'), fc.stringMatching(/^[1-9]\d{0,20}$/)),
    fc.oneof(
      fc.constant(''),
      digits.map((fraction) => `.${fraction}`),
    ),
    fc.oneof(
      fc.constant(''),
      fc.tuple(fc.constantFrom('e', 'E'), fc.constantFrom('', '+', '-'), fc.nat(250)).map((e) => e.join('')),
    ),
  )
  .map((parts) => parts.join(''));
const space = fc.constantFrom('', ' ', '\n', '\t\r\n');
const text = fc.letrec<{ value: string; object: string; array: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    number,
    fc.string({ unit: 'binary' }).map((value) => JSON.stringify(value)),
    fc.constantFrom('true', 'false', 'null'),
    tie('object'),
    tie('array'),
  ),
  array: fc.tuple(fc.array(tie('value')), space).map(([items, gap]) => `[${gap}${items.join(`${gap},${gap}`)}]`),
  object: fc
    .tuple(
      fc.uniqueArray(
        fc.tuple(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'value')), tie('value')),
        {
          selector: ([key]) => key,
          maxLength: 5,
        },
      ),
      space,
    )
    .map(
      ([members, gap]) =>
        `{${members.map(([key, value]) => `${gap}${JSON.stringify(key)}${gap}:${value}`).join(',')}${gap}}`,
    ),
}));

describe('readJson', () => {
  test('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(text.value, (json) => {
        expect(JSON.stringify(valueOf(json))).toBe(JSON.stringify(JSON.parse(json)));
      }),
    );
  });

  test('refuses what JSON.parse refuses', () => {
    const mutilated = fc
      .tuple(text.object, fc.nat(), fc.constantFrom('', ',', '"', '}', '01', '\\', '\u0001', 'nul', '-', '.'))
      .map(
        ([json, place, put]) =>
          json.slice(0, place % (json.length + 1)) + put + json.slice((place % (json.length + 1)) + 1),
      );
    fc.assert(
      fc.property(mutilated, (json) => {
        let parses = true;
        try {
          JSON.parse(json);
        } catch {
          parses = false;
        }
        if (!parses) expect(readJson(json).ok).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test('keeps every number as it was written, indented or not', () => {
    const compact = (json: string) =>
      json.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_, quoted: string | undefined) =>
        quoted === undefined ? '' : JSON.stringify(JSON.parse(quoted)),
      );
    fc.assert(
      fc.property(fc.oneof(text.object, text.array), (json) => {
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

  test('names line and column of a fault, and the path it was reached by', () => {
    expect(issueOf('{\n  "entry": [\n    { "a": 1 },\n    { "b": tru }\n  ]\n}')).toEqual({
      severity: 'error',
      code: 'structure',
      expression: '$.entry[1].b',
      text: 'Line 4, column 12: expected a value.',
      rule: 'json-syntax',
    });
    expect(issueOf('')).toMatchObject({
      expression: '$',
      text: 'Line 1, column 1: expected a value, but the document ends.',
    });
    expect(issueOf('{"a":1} x')).toMatchObject({ text: 'Line 1, column 9: expected the end of the document.' });
  });

  test('refuses a key said twice, by its path and without its values', () => {
    const issue = issueOf('{"patient":{"bsn":"999900006","name":1,"bsn":"999911120"}}');
    expect(issue).toMatchObject({ expression: '$.patient.bsn', rule: 'json-duplicate-key', code: 'structure' });
    expect(JSON.stringify(issue)).not.toMatch(/9999/);
    expect(issueOf('{"a":1,"\\u0061":2}').rule).toBe('json-duplicate-key');
    expect(issueOf('{"__proto__":1,"__proto__":2}').rule).toBe('json-duplicate-key');
    expect(issueOf('{"constructor":1,"constructor":2}').rule).toBe('json-duplicate-key');
  });

  test('masks a key that looks like a person', () => {
    expect(issueOf('{"999900006":{"x":?}}').expression).toBe('$["***"].x');
  });

  test('refuses nesting deeper than the limit, however deep it goes', () => {
    expect(readJson('['.repeat(100) + ']'.repeat(100)).ok).toBe(true);
    expect(issueOf('['.repeat(101) + ']'.repeat(101))).toMatchObject({ code: 'too-costly', rule: 'json-depth' });
    expect(issueOf('{"a":{"b":[1]}}', 2)).toMatchObject({ expression: '$.a.b' });
    expect(issueOf('['.repeat(1_000_000)).rule).toBe('json-depth');
    expect(issueOf('{"a":'.repeat(1_000_000), Infinity).rule).toBe('json-depth');
  });

  test('refuses a number too large to be a number', () => {
    expect(issueOf('{"value":1e400}')).toMatchObject({ expression: '$.value', code: 'value', rule: 'json-number' });
  });

  test('a key named __proto__ is a key like any other', () => {
    const value = valueOf('{"__proto__":{"polluted":1.0},"toString":2.0}') as Record<string, unknown>;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(['__proto__', 'toString']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(writeJson(value)).toBe('{"__proto__":{"polluted":1.0},"toString":2.0}');
    expect(writeJson(valueOf('{"__proto__":1.0,"valueOf":1}'))).toBe('{"__proto__":1.0,"valueOf":1}');
  });

  test('takes a byte order mark and lone surrogates', () => {
    expect(valueOf('\ufeff{"a":"\\ud800"}')).toEqual({ a: '\ud800' });
    expect(valueOf('{"a":"\ud800"}')).toEqual({ a: '\ud800' });
  });

  test('a long list of such decimals costs time in proportion', () => {
    const list = valueOf(`[${Array.from({ length: 200_000 }, () => '1.0').join(',')}]`) as number[];
    expect(list).toHaveLength(200_000);
    expect(writeJson(list).slice(0, 9)).toBe('[1.0,1.0,');
  });
});

describe('writeJson', () => {
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

  test('a value changed after reading is written as it is now', () => {
    const quantity = valueOf('{"value":5.60}') as { value: number };
    expect(writeJson({ ...quantity })).toBe('{"value":5.60}');
    expect(writeJson({ ...quantity, value: 7 })).toBe('{"value":7}');
  });
});
