/** `validate`: one OperationOutcome per file: base R4, every profile it claims that is known, our own rules. */
import type { Bundle, FhirResource } from 'fhir/r4.js';
import { isError, type Issue } from '../../profiles/issue.ts';
import { loadPackage, PackageError, type FhirPackage } from '../../profiles/load/package.ts';
import { maskIdentifying } from '../../profiles/mask.ts';
import { checkRules } from '../../profiles/rules.ts';
import { createValidator, type Validator } from '../../profiles/validator.ts';
import { wkPackage } from '../../profiles/wk/package.ts';
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
  readonly validator: Validator;
  readonly region: RegionFile | 'none';
  readonly options: ValidateOptions;
}

export async function validateCommand(files: readonly string[], options: ValidateOptions): Promise<Exit> {
  const region = await openRegion(options);
  const packages = await loadPackages(options.package ?? []);
  if (region === null || packages === null) return EXIT.usage;
  const against = { validator: createValidator([wkPackage, ...packages]), region, options };
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

async function loadPackages(paths: readonly string[]): Promise<FhirPackage[] | null> {
  const packages: FhirPackage[] = [];
  let failed = false;
  for (const path of paths) {
    try {
      packages.push(await loadPackage(path));
    } catch (error) {
      if (!(error instanceof PackageError)) throw error;
      say(`cannot load the package ${error.message}`);
      failed = true;
    }
  }
  return failed ? null : packages;
}

const NOTHING_WRONG: Issue = {
  severity: 'information',
  code: 'informational',
  expression: '',
  text: 'nothing wrong was found',
  rule: 'valid',
};

const said = (issue: Issue, before: string): Issue => ({ ...issue, text: before + maskIdentifying(issue.text) });

function issuesOf(message: InputMessage, { validator, region, options }: Against): readonly Issue[] {
  const profiles = options.profile === undefined ? {} : { profiles: [options.profile] };
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
    return [...warnings, ...validator.validate(proved.bundle, profiles)];
  }
  const read = readTree(message.bytes, message.kind === 'fhir-xml' ? 'xml' : 'json');
  if (!read.ok) return [read.issue];
  const issues = validator.validate(read.value, profiles);
  // Our own rules read a resource whose structure holds; on a broken one they would only repeat the fault.
  if (issues.some(isError) || !isResource(read.value)) return issues;
  return [...issues, ...checkRules(read.value), ...admissionIssues(read.value, message, region, options)];
}

/** What only the region can say of a Bundle that asks for a transfer: which wijkkliniek, tier and professions. */
function admissionIssues(
  resource: FhirResource,
  message: InputMessage,
  region: RegionFile | 'none',
  options: ValidateOptions,
): readonly Issue[] {
  if (region === 'none' || !isBundle(resource)) return [];
  const proved = mapMessage(region, options, message);
  return proved.ok ? [] : proved.refusal.issues.filter(({ rule }) => rule.startsWith('wk-admission'));
}

const isResource = (value: unknown): value is FhirResource =>
  typeof value === 'object' && value !== null && 'resourceType' in value;

const isBundle = (resource: FhirResource): resource is Bundle<FhirResource> => resource.resourceType === 'Bundle';
