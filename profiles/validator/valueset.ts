import type { CodeSystem, ValueSet, ValueSetComposeInclude } from 'fhir/r4.js';
import { withoutVersion } from '../package.ts';
import { r4Codes } from '../r4/definitions.ts';

/** Whether a code is in a value set; `unknown` where what was published does not say (a filter, no content). */
export type Membership = 'in' | 'out' | 'unknown';
/** `system` is undefined for a plain code, which may be of any system of the value set. */
export type MembershipTest = (system: string | undefined, code: string) => Membership;

export interface Terminology {
  valueSet(canonical: string): ValueSet | undefined;
  codeSystem(canonical: string): CodeSystem | undefined;
}

const unknown: MembershipTest = () => 'unknown';

/** Compiles a value set from its compose. Nothing is expanded: each include answers for the codes it can. */
export function compileValueSet(
  canonical: string,
  terminology: Terminology,
  within: readonly string[] = [],
): MembershipTest {
  const url = withoutVersion(canonical);
  if (within.includes(url)) return unknown;
  const valueSet = terminology.valueSet(url);
  const include = valueSet?.compose?.include;
  if (!include) return fromR4(url);
  const inner = [...within, url];
  const included = include.map((part) => compilePart(part, terminology, inner));
  const excluded = (valueSet.compose?.exclude ?? []).map((part) => compilePart(part, terminology, inner));
  return (system, code) => {
    const answer = anyOf(included, system, code);
    const without = anyOf(excluded, system, code);
    if (answer === 'out' || without === 'in') return 'out';
    return answer === 'unknown' || without === 'unknown' ? 'unknown' : 'in';
  };
}

function fromR4(url: string): MembershipTest {
  const codes = r4Codes(url);
  if (!codes) return unknown;
  return (system, code) => {
    const sets = system === undefined ? Array.from(codes.values()) : [codes.get(system)];
    return sets.some((set) => set?.has(code)) ? 'in' : 'out';
  };
}

function compilePart(
  part: ValueSetComposeInclude,
  terminology: Terminology,
  within: readonly string[],
): MembershipTest {
  const conditions = (part.valueSet ?? []).map((url) => compileValueSet(url, terminology, within));
  if (part.system !== undefined) conditions.unshift(compileSystem(part, part.system, terminology));
  return (system, code) => allOf(conditions, system, code);
}

function compileSystem(part: ValueSetComposeInclude, own: string, terminology: Terminology): MembershipTest {
  const codes = part.concept
    ? new Set(part.concept.map((concept) => concept.code))
    : part.filter
      ? null
      : allCodes(terminology.codeSystem(own));
  return (system, code) => {
    if (system !== undefined && system !== own) return 'out';
    if (codes) return codes.has(code) ? 'in' : 'out';
    return system === undefined || part.filter ? 'unknown' : 'in';
  };
}

/** Every code of a complete code system, or null when its content is not published in full. */
function allCodes(system: CodeSystem | undefined): ReadonlySet<string> | null {
  if (system?.content !== 'complete') return null;
  const codes = new Set<string>();
  const collect = (concepts: CodeSystem['concept']) => {
    for (const concept of concepts ?? []) {
      codes.add(concept.code);
      collect(concept.concept);
    }
  };
  collect(system.concept);
  return codes;
}

function anyOf(tests: readonly MembershipTest[], system: string | undefined, code: string): Membership {
  let answer: Membership = 'out';
  for (const test of tests) {
    const each = test(system, code);
    if (each === 'in') return 'in';
    if (each === 'unknown') answer = 'unknown';
  }
  return answer;
}

function allOf(tests: readonly MembershipTest[], system: string | undefined, code: string): Membership {
  let answer: Membership = tests.length === 0 ? 'unknown' : 'in';
  for (const test of tests) {
    const each = test(system, code);
    if (each === 'out') return 'out';
    if (each === 'unknown') answer = 'unknown';
  }
  return answer;
}
