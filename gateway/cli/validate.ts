/** `validate`: one OperationOutcome per file: base R4, every profile it claims that is known, our own rules. */
import { isError, type Issue } from '../../profiles/issue.ts';
import { maskIdentifying } from '../../profiles/mask.ts';
import { createChecker, readPackages, type Checker } from '../conformance/check.ts';
import { readTree } from '../flows/tree.ts';
import { outcomeOf } from '../outcome.ts';
import type { RegionFile } from '../regions/region.ts';
import { readFiles, type InputMessage } from './input.ts';
import { mapMessage } from './map.ts';
import { EXIT, progress, resultPrinter, say, worst, type Exit } from './print.ts';
import { openRegion, type RegionOptions } from './region.ts';

export interface ValidateOptions extends RegionOptions {
  readonly package?: readonly string[];
  readonly profile?: string;
}

interface Against {
  readonly checker: Checker;
  readonly region: RegionFile | 'none';
  readonly options: ValidateOptions;
}

export async function validateCommand(files: readonly string[], options: ValidateOptions): Promise<Exit> {
  const region = await openRegion(options);
  if (region === null) return EXIT.usage;
  const packages = [...(options.package ?? []), ...(region === 'none' ? [] : region.packages)];
  const read = await readPackages(packages);
  if (!read.ok) {
    for (const fault of read.faults) say(`cannot load the package ${fault}`);
    return EXIT.usage;
  }
  const against = { checker: createChecker(read.packages), region, options };
  const exits: Exit[] = [EXIT.ok];
  const printer = resultPrinter();
  const validated = progress('files');
  for await (const { messages } of readFiles(files, exits)) {
    const issues = messages.flatMap((message, index) =>
      issuesOf(message, against).map((issue) => said(issue, messages.length > 1 ? `message ${index + 1}: ` : '')),
    );
    if (issues.some(isError)) exits.push(EXIT.refused);
    printer.add(outcomeOf(issues.length === 0 ? [NOTHING_WRONG] : issues));
    validated.step();
  }
  validated.end();
  printer.end();
  return worst(exits);
}

const NOTHING_WRONG: Issue = {
  severity: 'information',
  code: 'informational',
  expression: '',
  text: 'nothing wrong was found',
  rule: 'valid',
};

const said = (issue: Issue, before: string): Issue => ({ ...issue, text: before + maskIdentifying(issue.text) });

function issuesOf(message: InputMessage, { checker, region, options }: Against): readonly Issue[] {
  const profiles = options.profile === undefined ? [] : [options.profile];
  if (message.kind !== 'fhir' && message.kind !== 'fhir-xml') {
    // What is no FHIR is judged by what it becomes.
    const proved = mapMessage(region, options, message);
    if (!proved.ok) return proved.refusal.issues;
    const warnings = proved.warnings.map(({ code, location, text }): Issue => ({
      severity: 'warning',
      code: 'business-rule',
      expression: location,
      text,
      rule: code,
    }));
    // Located in the message they say more than in the Bundle.
    const told = new Set(warnings.map(({ rule }) => rule));
    const found = checker.check(proved.bundle, profiles);
    return [...warnings, ...found.filter(({ severity, rule }) => severity !== 'warning' || !told.has(rule))];
  }
  const read = readTree(message.bytes, message.kind === 'fhir-xml' ? 'xml' : 'json');
  if (!read.ok) return [read.issue];
  const issues = checker.check(read.value, profiles);
  return issues.some(isError) ? issues : [...issues, ...admissionIssues(read.value, message, region, options)];
}

/** What only the region can say of a Bundle that asks for a transfer: which wijkkliniek, tier and professions. */
function admissionIssues(
  resource: unknown,
  message: InputMessage,
  region: RegionFile | 'none',
  options: ValidateOptions,
): readonly Issue[] {
  if (region === 'none' || !isBundle(resource)) return [];
  const proved = mapMessage(region, options, message);
  return proved.ok ? [] : proved.refusal.issues.filter(({ rule }) => rule.startsWith('wk-admission'));
}

const isBundle = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'resourceType' in value && value.resourceType === 'Bundle';
