import { ANY_SOURCE } from '../../mappings/mapping.ts';
import { labOru } from '../../mappings/lab-oru/mapping.ts';
import { toBundle } from '../../mappings/bundle.ts';
import { writeJson } from '../../profiles/json/write.ts';
import { difference, differences, lineOf, originIn, placeOf, withOrigin } from '../../gateway/flows/difference.ts';
import { v2Sample } from '../mappings/samples.ts';

describe('a semantic difference', () => {
  test.each([
    ['{"a":1,"b":[true,null]}', '{"b":[true,null],"a":1}', []],
    ['{"a":5.60}', '{"a":5.6}', ['a: expected 5.60, got 5.6']],
    [
      '{"a":{"b":["x"]}}',
      '{"a":{"b":["y","z"]}}',
      ['a.b[0]: expected "x", got "y"', 'a.b[1]: expected nothing, got "z"'],
    ],
    ['{"a":[1]}', '{"a":{"b":1}}', ['a: expected a list, got an object']],
    ['{"a":[{"b":1}]}', '{}', ['a[0].b: expected 1, got nothing']],
    ['{}', '{"a":[]}', ['a: expected nothing, got a list']],
    ['[]', '{}', ['(root): expected a list, got an object']],
    ['{', '{}', [expect.stringContaining('the expected file cannot be read') as string]],
  ])('of %s and %s', (expected, made, lines) => {
    expect(difference(expected, made)).toEqual(lines);
  });

  test('names what made the value that was got, and nothing where nothing was made', () => {
    const mapped = labOru.map(v2Sample('lab-oru', 'pneumonia-glims'), { source: ANY_SOURCE, region: null });
    if (!mapped.ok) throw new Error('refused');
    const origin = originIn(mapped);
    const made = writeJson(toBundle(mapped));
    const [line, ...others] = difference(made.replace('"final"', '"amended"'), made, (path) =>
      origin(`Bundle.${path}`),
    );
    expect(others).toEqual([]);
    expect(line).toMatch(/status: expected "amended", got "final" \[\S+ from OB[RX](\[\d+\])?-\d+/);
    const gone = difference(made.replace('"Bundle"', '"Bundle","id":"x"'), made, origin);
    expect(gone).toEqual(['id: expected "x", got nothing']);
  });

  test('can leave the values out, and keep the rule', () => {
    const found = withOrigin(differences({ a: 1 }, { a: 2 }, 'Bundle'), () => 'rule from PID-3');
    expect(found.map(placeOf)).toEqual(['Bundle.a [rule from PID-3]']);
  });

  test('names its places from a root, and can leave the values out', () => {
    const [found] = differences({ type: 'batch' }, { type: 'transaction' }, 'Bundle');
    expect(found?.path).toBe('Bundle.type');
    expect(found && lineOf(found)).toBe('Bundle.type: expected "batch", got "transaction"');
  });
});
