/** What `$validate` is asked and what it says (R4 resource-operation-validate.html). Runs where the packages are. */
import { isError, type Issue } from '../../profiles/issue.ts';
import { readTree, type Form } from '../flows/tree.ts';
import type { Checker } from './check.ts';

export interface Question {
  /** A resource, or Parameters that hold one. */
  readonly bytes: Uint8Array;
  readonly form: Form;
  /** The type the address names; null when it names none. */
  readonly type: string | null;
  /** Profiles to meet beside those the resource claims. */
  readonly profiles: readonly string[];
}

export type Answer =
  | {
      readonly kind: 'checked';
      readonly issues: readonly Issue[];
      /** Errors by the name of the profile the faulty resource of a Bundle claims; `base` where it claims none we know. */
      readonly errors: Readonly<Record<string, number>>;
    }
  /** No resource: what is sent cannot be read, or is something else. */
  | { readonly kind: 'unreadable'; readonly issue: Issue };

export function answer(checker: Checker, { bytes, form, type, profiles }: Question): Answer {
  const read = readTree(bytes, form);
  if (!read.ok) return { kind: 'unreadable', issue: read.issue };
  const asked = askedOf(read.value);
  if (asked === null) {
    const text = 'Send a resource, or Parameters with one named "resource".';
    const issue = { severity: 'error', code: 'structure', expression: '$', text, rule: 'resource' } as const;
    return { kind: 'unreadable', issue };
  }
  const issues = [...checker.check(asked.resource, [...profiles, ...asked.profiles])];
  if (type !== null && get(asked.resource, 'resourceType') !== type) {
    const text = 'The resource is of another type than the address says.';
    issues.unshift({ severity: 'error', code: 'invalid', expression: 'resourceType', text, rule: 'type' });
  }
  return { kind: 'checked', issues, errors: byProfile(checker, asked.resource, issues) };
}

interface Asked {
  readonly resource: unknown;
  readonly profiles: readonly string[];
}

/** A plain resource, or the `resource` and each `profile` of a Parameters. */
function askedOf(value: unknown): Asked | null {
  const type = get(value, 'resourceType');
  if (typeof type !== 'string') return null;
  if (type !== 'Parameters') return { resource: value, profiles: [] };
  const list = get(value, 'parameter');
  const parameters: readonly unknown[] = Array.isArray(list) ? list : [];
  const named = (name: string): unknown[] => parameters.filter((parameter) => get(parameter, 'name') === name);
  const resource = get(named('resource')[0], 'resource');
  const profiles = named('profile').flatMap((one) => texts([get(one, 'valueUri'), get(one, 'valueCanonical')]));
  return typeof get(resource, 'resourceType') === 'string' ? { resource, profiles } : null;
}

function byProfile(checker: Checker, bundle: unknown, issues: readonly Issue[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { expression } of issues.filter(isError)) {
    const index = /^Bundle\.entry\[(\d+)\]/.exec(expression)?.[1];
    const resource = index === undefined ? bundle : get(get(get(bundle, 'entry'), index), 'resource');
    const claimed = get(get(resource, 'meta'), 'profile');
    const known = texts(Array.isArray(claimed) ? claimed : []).find((canonical) => checker.knows(canonical));
    const name = known?.split('/').at(-1) ?? 'base';
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

const get = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;

const texts = (values: readonly unknown[]): string[] => values.filter((one): one is string => typeof one === 'string');
