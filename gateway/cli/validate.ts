/** `validate`: one OperationOutcome per file: base R4, every profile it claims that is known, our own rules. */
import type { Bundle, FhirResource } from 'fhir/r4.js';
import { isError, type Issue } from '../../profiles/issue.ts';
import { readJson } from '../../profiles/json/read.ts';
import { loadPackage, type FhirPackage } from '../../profiles/load/package.ts';
import { maskIdentifying } from '../../profiles/mask.ts';
import { checkRules } from '../../profiles/rules.ts';
import { createValidator, type Validator } from '../../profiles/validator.ts';
import { wkPackage } from '../../profiles/wk/package.ts';
import { outcomeOf } from '../outcome.ts';
import type { RegionFile } from '../regions/region.ts';
import { messagesIn, readInput, type InputMessage } from './input.ts';
import { mapMessage } from './map.ts';
import { EXIT, printResults, say, worst, type Exit } from './print.ts';
import { openRegion, type RegionOptions } from './region.ts';

export interface ValidateOptions extends RegionOptions {
  readonly package?: readonly string[];
  readonly profile?: string;
}

export async function validateCommand(files: readonly string[], options: ValidateOptions): Promise<Exit> {
  const region = await openRegion(options);
  if (region === null) return EXIT.usage;
  const packages: FhirPackage[] = [wkPackage];
  for (const path of options.package ?? []) {
    try {
      packages.push(await loadPackage(path));
    } catch (error) {
      say(`cannot load the package ${path}: ${error instanceof Error ? error.message : String(error)}`);
      return EXIT.usage;
    }
  }
  const validator = createValidator(packages);
  const exits: Exit[] = [EXIT.ok];
  const outcomes: unknown[] = [];
  for (const file of files) {
    const input = await readInput(file);
    if (!input.ok) {
      say(`cannot read ${file}: ${input.reason}`);
      exits.push(EXIT.usage);
      continue;
    }
    const issues = messagesIn(input).flatMap((message) => issuesOf(message, validator, region, options));
    if (issues.some(isError)) exits.push(EXIT.refused);
    outcomes.push(outcomeOf(issues.length === 0 ? [NOTHING_WRONG] : issues.map(masked)));
  }
  printResults(outcomes);
  return worst(exits);
}

const NOTHING_WRONG: Issue = {
  severity: 'information',
  code: 'informational',
  expression: '',
  text: 'nothing wrong was found',
  rule: 'valid',
};

const masked = (issue: Issue): Issue => ({ ...issue, text: maskIdentifying(issue.text) });

function issuesOf(
  message: InputMessage,
  validator: Validator,
  region: RegionFile | 'none',
  options: ValidateOptions,
): readonly Issue[] {
  const profiles = options.profile === undefined ? {} : { profiles: [options.profile] };
  if (message.kind !== 'fhir') {
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
  const read = readJson(
    Buffer.from(message.bytes)
      .toString('utf8')
      .replace(/^\uFEFF/, ''),
  );
  if (!read.ok) return [read.issue];
  const issues = validator.validate(read.value, profiles);
  // Our own rules read a Bundle whose structure holds; on a broken one they would only repeat the fault.
  if (issues.some(isError) || !isBundle(read.value)) return issues;
  return [...issues, ...checkRules(read.value)];
}

const isBundle = (value: unknown): value is Bundle<FhirResource> =>
  typeof value === 'object' && value !== null && 'resourceType' in value && value.resourceType === 'Bundle';
