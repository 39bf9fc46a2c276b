/** Reads the rules of a StructureDefinition (`constraint` of its root element) into something that can be run. */
import type { ElementDefinitionConstraint, FhirResource, StructureDefinition } from 'fhir/r4.js';
import { compile, type ResourceNode, type UserInvocationTable } from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4';
import { wkProfile } from '../canonical.ts';
import type { Issue, IssueType } from '../issue.ts';

/** Finds what breaks the rules in one resource; paths begin with the resource's type. `table` lends `resolve()`. */
export type Check = (resource: FhirResource, table: UserInvocationTable) => Issue[];

/** Extension on a constraint: which elements are at fault (FHIRPath) and the issue type. */
const WK_RULE = wkProfile('rule');

/** Extension on a StructureDefinition: a part of its rules worked out once, which they name as `%name`. */
const WK_VARIABLE = wkProfile('variable');

/** What the expressions of one run share: the resource, and the variables found so far. */
interface Ground {
  readonly resource: FhirResource;
  readonly table: UserInvocationTable;
  readonly variables: Record<string, unknown>;
}

export function compileRules(profile: StructureDefinition): Check {
  const variables = (profile.extension ?? [])
    .filter(({ url }) => url === WK_VARIABLE)
    .map(({ valueExpression }) => ({
      name: valueExpression?.name ?? '',
      find: evaluator(valueExpression?.expression ?? ''),
    }));
  const rules = (profile.differential?.element[0]?.constraint ?? []).map((constraint) =>
    ruleOf(constraint, profile.type),
  );
  return (resource, table) => {
    const ground: Ground = { resource, table, variables: { resource } };
    for (const { name, find } of variables) ground.variables[name] = find(ground);
    return rules.flatMap((rule) => rule(ground));
  };
}

function ruleOf(constraint: ElementDefinitionConstraint, type: string): (ground: Ground) => Issue[] {
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
  return ({ resource, table, variables }) =>
    run(resource, variables, { userInvocationTable: table }) as readonly unknown[];
}

const pathOf = (node: unknown): string => (node as ResourceNode).fullPropertyName() ?? '';
