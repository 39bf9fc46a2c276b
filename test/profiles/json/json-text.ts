import fc from 'fast-check';
import { readJson } from '../../../profiles/json/read.ts';

/** What a text that can be read holds. */
export const valueOf = (text: string): unknown => {
  const read = readJson(text);
  if (!read.ok) throw new Error(`${read.issue.expression}: ${read.issue.text}`);
  return read.value;
};

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
/** JSON texts whose numbers are written in every way the grammar allows, with white space between the tokens. */
export const jsonText = fc.letrec<{ value: string; object: string; array: string }>((tie) => ({
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
