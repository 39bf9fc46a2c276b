/**
 * Strict JSON (RFC 8259) in one pass. What JSON.parse cannot do: refuse a key said twice (which of the two would the
 * wijkkliniek treat by?), bound the nesting, and keep decimals as they were written (decimal.ts). A byte order mark is
 * tolerated. Refusals never hold a value of the document, only the place.
 */
import type { Issue, IssueType } from '../issue.ts';
import { maskIdentifying } from '../mask.ts';
import { Reader, type Step } from './reader.ts';
import { Unreadable } from './unreadable.ts';

export type ReadJson =
  | {
      readonly ok: true;
      /** Plain values; a decimal alone at the root has no parent to remember how it was written. */ readonly value: unknown;
    }
  | { readonly ok: false; readonly issue: Issue };

/** Reading recurses once per level; deeper limits than this are not honoured, so that the stack always suffices. */
const DEEPEST = 1000;
const DEFAULT_DEPTH = 100;

const CODES: Readonly<Record<Unreadable['rule'], IssueType>> = {
  'json-syntax': 'structure',
  'json-duplicate-key': 'structure',
  'json-depth': 'too-costly',
  'json-number': 'value',
};

export function readJson(text: string, options: { readonly maxDepth?: number } = {}): ReadJson {
  const reader = new Reader(text, Math.min(options.maxDepth ?? DEFAULT_DEPTH, DEEPEST));
  try {
    return { ok: true, value: reader.document() };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, issue: issueOf(error, text, reader.path()) };
    throw error;
  }
}

function issueOf(fault: Unreadable, text: string, path: readonly Step[]): Issue {
  const before = text.slice(0, fault.at);
  const line = before.split('\n').length;
  const column = fault.at - before.lastIndexOf('\n');
  return {
    severity: 'error',
    code: CODES[fault.rule],
    expression: placeOf(path),
    text: `Line ${line}, column ${column}: ${fault.message}.`,
    rule: fault.rule,
  };
}

/** Steps of a path that are shown. */
const SHOWN = 20;

/** `$.entry[2].resource`; a key that is no plain name stands in brackets, masked and cut. */
function placeOf(path: readonly Step[]): string {
  const steps = path.slice(0, SHOWN).map((step) => {
    if (typeof step === 'number') return `[${step}]`;
    const name = maskIdentifying(step.slice(0, 64));
    return /^[A-Za-z_][\w-]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
  });
  return `$${steps.join('')}${path.length > SHOWN ? '…' : ''}`;
}
