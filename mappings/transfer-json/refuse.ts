/** What is wrong with a transfer in plain JSON, all at once, at its place in the JSON, without repeating a value. */
import type { z } from 'zod';
import type { Issue } from '../../profiles/issue.ts';

type Fault = z.core.$ZodIssue;

/** `['patient', 'name', 'given', 0]` → `$.patient.name.given[0]`. */
const jsonPath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((at, step) => (typeof step === 'number' ? `${at}[${step}]` : `${at}.${String(step)}`), '$');

const issue = (code: Issue['code'], expression: string, text: string, rule: string): Issue => ({
  severity: 'error',
  code,
  expression,
  text,
  rule,
});

/** Issues of a zod refusal. Words come from the schema and the kind of fault only: zod's own may quote the input. */
export const issuesOf = (faults: readonly Fault[], root: unknown): Issue[] =>
  faults.flatMap((fault) => issuesOfOne(fault, fault.path, root));

function issuesOfOne(fault: Fault, path: readonly PropertyKey[], root: unknown): Issue[] {
  const at = jsonPath(path);
  switch (fault.code) {
    case 'unrecognized_keys':
      return fault.keys.map((key) =>
        // A key may itself be a slip of the pen that holds a number of a patient: only plain words are named.
        /^[A-Za-z]{1,40}$/.test(key)
          ? issue('structure', jsonPath([...path, key]), 'unknown field', 'unknown-element')
          : issue('structure', at, 'holds an unknown field', 'unknown-element'),
      );
    case 'invalid_type':
      return [
        valueAt(root, path) === undefined
          ? issue('required', at, `required: ${fault.expected}`, 'cardinality')
          : issue('structure', at, `expected ${fault.expected}`, 'type'),
      ];
    case 'invalid_union': {
      // The last alternative that comes closest: the one with faults deeper inside, else the union's own words.
      const inner = fault.errors.find((faults) => faults.some(({ path: deeper }) => deeper.length > 0));
      return inner
        ? inner.flatMap((one) => issuesOfOne(one, [...path, ...one.path], root))
        : [
            missingOr(
              root,
              path,
              issue('value', at, wordsOf(fault.message, 'not one of the forms allowed here'), 'type'),
            ),
          ];
    }
    case 'invalid_value':
      return [
        missingOr(root, path, issue('code-invalid', at, `one of ${fault.values.map(String).join(', ')}`, 'binding')),
      ];
    case 'custom':
      return [
        fault.params?.['missing'] === true
          ? issue('required', at, fault.message, 'cardinality')
          : issue('value', at, fault.message, 'value'),
      ];
    case 'too_big':
      return fault.origin === 'string'
        ? [issue('too-long', at, `at most ${fault.maximum} characters`, 'too-big')]
        : [issue('value', at, `at most ${fault.maximum}`, 'too-big')];
    case 'too_small':
      if (fault.origin === 'array') return [issue('required', at, `at least ${fault.minimum}`, 'cardinality')];
      return [issue('value', at, `at least ${fault.minimum}`, 'too-small')];
    default:
      return [missingOr(root, path, issue('value', at, wordsOf(fault.message, 'not in the form required'), 'value'))];
  }
}

const missingOr = (root: unknown, path: readonly PropertyKey[], otherwise: Issue): Issue =>
  valueAt(root, path) === undefined
    ? { ...otherwise, code: 'required', text: 'required', rule: 'cardinality' }
    : otherwise;

/** The schema's own words; zod's defaults begin with `Invalid` and may name patterns nobody wants to read. */
const wordsOf = (message: string, otherwise: string): string => (message.startsWith('Invalid') ? otherwise : message);

export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, step) => (typeof at === 'object' && at !== null ? Reflect.get(at, step) : undefined),
    root,
  );
}

/** A patient who is unstable or needs complex diagnostics is no patient for a wijkkliniek, whatever else is right. */
export function notForTheWijkkliniek(raw: unknown): Issue[] {
  const issues: Issue[] = [];
  if (valueAt(raw, ['haemodynamicallyStable']) === false) {
    const text = 'a patient who is not haemodynamically stable is not a wijkkliniek patient';
    issues.push(issue('business-rule', '$.haemodynamicallyStable', text, 'wk-stable'));
  }
  if (valueAt(raw, ['complexDiagnosticsNeeded']) === true) {
    const text = 'a patient who needs complex diagnostics is not a wijkkliniek patient';
    issues.push(issue('business-rule', '$.complexDiagnosticsNeeded', text, 'wk-diagnostics'));
  }
  return issues;
}
