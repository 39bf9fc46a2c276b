import { difference, differences, lineOf } from '../../gateway/flows/difference.ts';

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

  test('names its places from a root, and can leave the values out', () => {
    const [found] = differences({ type: 'batch' }, { type: 'transaction' }, 'Bundle');
    expect(found?.path).toBe('Bundle.type');
    expect(found && lineOf(found)).toBe('Bundle.type: expected "batch", got "transaction"');
  });
});
