/** Reads the rules of a StructureDefinition (`constraint` of its root element) into something that can be run. */
import type { ElementDefinitionConstraint, FhirResource, StructureDefinition } from 'fhir/r4.js';
import { compile, type ResourceNode, type UserInvocationTable } from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4';
import { wkProfile } from '../canonical.ts';
import type { Issue, IssueType } from '../issue.ts';

/** `resource` is what `%resource` means; `table` lends it `resolve()`. */
export interface Ground {
  readonly resource: FhirResource;
  readonly table: UserInvocationTable;
}

/** The issues of one rule about one resource; paths begin with the resource's type. */
export type Rule = (ground: Ground) => Issue[];

/** Extension on a constraint: which elements are at fault (FHIRPath) and the issue type. */
const WK_RULE = wkProfile('rule');

export function compileRules(profile: StructureDefinition): Rule[] {
  const root = profile.differential?.element[0];
  return (root?.constraint ?? []).map((constraint) => ruleOf(constraint, profile.type));
}

function ruleOf(constraint: ElementDefinitionConstraint, type: string): Rule {
  const { expression, human, key, severity } = constraint;
  if (expression === undefined) throw new Error(`${key} has no expression`);
  const holds = evaluator(expression);
  const wkRule = constraint.extension?.find(({ url }) => url === WK_RULE)?.extension;
  const placePath = wkRule?.find(({ url }) => url === 'place')?.valueString;
  const place = placePath === undefined ? undefined : evaluator(placePath);
  const code = (wkRule?.find(({ url }) => url === 'issue')?.valueCode ?? 'invariant') as IssueType;

  return (ground) => {
    if (holds(ground)[0] === true) return [];
    const found = place === undefined ? [] : place(ground).map(pathOf);
    const paths = found.length > 0 ? [...new Set(found)] : [type];
    return paths.map((path) => ({ severity, code, expression: path, text: human, rule: key }));
  };
}

/** Results stay internal nodes: they know their path, and nothing is attached to the resource itself. */
function evaluator(expression: string): (ground: Ground) => readonly unknown[] {
  const run = compile(expression, r4, { resolveInternalTypes: false });
  return ({ resource, table }) => run(resource, { resource }, { userInvocationTable: table }) as readonly unknown[];
}

const pathOf = (node: unknown): string => (node as ResourceNode).fullPropertyName() ?? '';
