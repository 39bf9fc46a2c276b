import type { Bundle } from 'fhir/r4.js';
import { compile, type UserInvocationTable } from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4';
import { resolveWithin } from '../rules/resolve.ts';
import type { Json } from '../r4/native.ts';
import type { MembershipTest } from './valueset.ts';

export type Verdict = 'holds' | 'broken' | 'unclear';

type Evaluator = (item: unknown, variables: Record<string, unknown>, table: UserInvocationTable) => unknown;

/** FHIRPath invariants, each compiled once for the path it stands on. */
export class Invariants {
  private readonly evaluators = new Map<string, Evaluator | null>();
  private readonly tables = new WeakMap<object, UserInvocationTable>();
  private readonly members: (valueSet: string) => MembershipTest;

  constructor(members: (valueSet: string) => MembershipTest) {
    this.members = members;
  }

  /**
   * Whether an expression holds on an item of the type or path `base`. As FHIR asks, nothing but true will do. An
   * expression that cannot be run on this engine is `unclear`.
   */
  check(expression: string, base: string, item: unknown, resource: Json, root: Json): Verdict {
    const evaluate = this.evaluator(expression, base);
    if (!evaluate) return 'unclear';
    try {
      const result = evaluate(item, { resource, rootResource: root, context: item }, this.table(root));
      return Array.isArray(result) && result.length > 0 && result.every(isTrue) ? 'holds' : 'broken';
    } catch {
      return 'unclear';
    }
  }

  private evaluator(expression: string, base: string): Evaluator | null {
    const key = `${base} ${expression}`;
    const known = this.evaluators.get(key);
    if (known !== undefined) return known;
    let made: Evaluator | null;
    try {
      const run = compile({ base, expression }, r4, { resolveInternalTypes: false, traceFn: () => undefined });
      made = (item, variables, table): unknown => run(item, variables, { userInvocationTable: table });
    } catch {
      made = null;
    }
    this.evaluators.set(key, made);
    return made;
  }

  /** `resolve()` and `memberOf()` answer from what is at hand; the engine would go to a server for both. */
  private table(root: Json): UserInvocationTable {
    const known = this.tables.get(root);
    if (known) return known;
    const inner: UserInvocationTable = isBundle(root)
      ? resolveWithin(root)
      : { resolve: { fn: () => [], arity: { 0: [] } } };
    const table: UserInvocationTable = {
      ...inner,
      memberOf: { fn: (items: unknown[], url: string) => [this.isMember(items, url)], arity: { 1: ['String'] } },
    };
    this.tables.set(root, table);
    return table;
  }

  private isMember(items: readonly unknown[], valueSet: string): boolean {
    const test = this.members(valueSet);
    return items.some((item) => {
      if (typeof item === 'string') return test(undefined, item) === 'in';
      const { coding, system, code } = (item ?? {}) as Json;
      const codings = Array.isArray(coding) ? (coding as Json[]) : [{ system, code }];
      return codings.some((each) => test(String(each['system']), String(each['code'])) === 'in');
    });
  }
}

const isBundle = (resource: object): resource is Bundle =>
  'resourceType' in resource && resource.resourceType === 'Bundle';

const isTrue = (value: unknown): boolean =>
  value === true || (typeof value === 'object' && value !== null && 'data' in value && value.data === true);
