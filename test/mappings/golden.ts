/** Runs a sample of a mapping as the gateway would without a region: map, prove, locate. */
import { readFileSync, writeFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FhirResource } from 'fhir/r4.js';
import { outcomeOf } from '../../gateway/outcome.ts';
import { toBundle } from '../../mappings/bundle.ts';
import { sourceOf } from '../../mappings/locate.ts';
import type { Mapped, MappingResult, Warning } from '../../mappings/mapping.ts';
import { isError } from '../../profiles/issue.ts';
import { readJson } from '../../profiles/json/read.ts';
import { writeJson } from '../../profiles/json/write.ts';
import { checkRules } from '../../profiles/rules.ts';
import { checkStructure } from '../../profiles/structure.ts';

export interface Proof {
  readonly result: FhirResource;
  readonly mapped: Mapped | null;
  readonly warnings: readonly Pick<Warning, 'code' | 'location'>[];
}

export function prove(mapped: MappingResult): Proof {
  if (!mapped.ok) return { result: outcomeOf(mapped.issues), mapped: null, warnings: [] };
  const bundle = toBundle(mapped);
  const issues = [...checkStructure(bundle), ...checkRules(bundle)].map((issue) => ({
    ...issue,
    expression: sourceOf(mapped, issue.expression),
  }));
  const errors = issues.filter(isError);
  if (errors.length > 0) return { result: outcomeOf(errors), mapped: null, warnings: [] };
  const warnings = issues.map(({ rule, expression }) => ({ code: rule as Warning['code'], location: expression }));
  return {
    result: bundle,
    mapped,
    warnings: [...mapped.warnings.map(({ code, location }) => ({ code, location })), ...warnings],
  };
}

export function read(file: string): unknown {
  const read = readJson(readFileSync(file, 'utf8'));
  if (!read.ok) throw new Error(`${file} is no JSON`);
  return read.value;
}

/** Golden files are written by `UPDATE_GOLDENS=1 npx jest test/mappings/samples.test.ts` only. */
export function expectGolden(folder: string, proof: Proof): void {
  const file = join(folder, 'expected.json');
  const text = `${writeJson(proof.result, 2)}\n`;
  if (process.env['UPDATE_GOLDENS'] === '1') writeFileSync(file, text);
  if (!existsSync(file)) throw new Error(`${file} is missing: write it with UPDATE_GOLDENS=1`);
  expect(JSON.parse(text)).toEqual(JSON.parse(readFileSync(file, 'utf8')));
}
