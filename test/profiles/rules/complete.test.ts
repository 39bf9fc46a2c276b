import { checkRules } from '../../../profiles/rules.ts';
import { at, without } from './change.ts';
import { AT, transferBundle } from './transfer-bundle.ts';

test('a complete transfer meets every rule and is warned of nothing', () => {
  expect(checkRules(transferBundle())).toEqual([]);
});

test('an issue says what to mend and holds no value', () => {
  const [issue] = checkRules(
    transferBundle(
      at('Patient', AT.patient, ({ identifier }) => {
        Object.assign(identifier?.[0] ?? {}, { value: '999900007' });
      }),
    ),
  );
  expect(issue).toMatchObject({
    severity: 'error',
    code: 'value',
    expression: 'Bundle.entry[1].resource.identifier[0].value',
    rule: 'wk-bsn-1',
  });
  expect(issue?.text).toContain('elfproef');
  expect(JSON.stringify(issue)).not.toContain('999900007');
});

test('the rules leave no trace in the resource they checked', () => {
  const bundle = transferBundle(without(AT.contact));
  const before = JSON.stringify(bundle);
  const deepFreeze = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  };
  deepFreeze(bundle);
  expect(checkRules(bundle)).toHaveLength(1);
  expect(JSON.stringify(bundle)).toBe(before);
  const entry: object = bundle.entry?.[1]?.resource ?? {};
  expect(Object.getOwnPropertyNames(entry)).toEqual(Object.keys(entry));
});
