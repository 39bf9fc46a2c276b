import fc from 'fast-check';
import { readJson } from '../../../profiles/json/read.ts';
import { writeJson } from '../../../profiles/json/write.ts';
import { jsonText, valueOf } from './json-text.ts';

const issueOf = (text: string, maxDepth?: number) => {
  const read = readJson(text, maxDepth === undefined ? {} : { maxDepth });
  if (read.ok) throw new Error('was read');
  return read.issue;
};

describe('readJson', () => {
  test('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(jsonText.value, (json) => {
        expect(JSON.stringify(valueOf(json))).toBe(JSON.stringify(JSON.parse(json)));
      }),
    );
  });

  test('refuses what JSON.parse refuses', () => {
    const mutilated = fc
      .tuple(jsonText.object, fc.nat(), fc.constantFrom('', ',', '"', '}', '01', '\\', '\u0001', 'nul', '-', '.'))
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
});
