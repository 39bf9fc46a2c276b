/**
 * The golden output of every sample against every profile it claims: nl-core, MP9 and lab exchange as Nictiz publishes
 * them, and our own. Prints how much was proved, and the warnings by rule. Skipped where the packages are absent.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle } from 'fhir/r4.js';
import { uuidV5 } from '../../mappings/identity.ts';
import { adviseNotice } from '../../mappings/transfer-notice/notice.ts';
import type { Issue } from '../../profiles/issue.ts';
import { loadPackage } from '../../profiles/load/package.ts';
import { createValidator, type Validator } from '../../profiles/validator.ts';
import { wkPackage } from '../../profiles/wk/package.ts';
import { AMSTERDAM } from './coalition.ts';
import { read } from './golden.ts';
import { ALL_TAKEN, folderOf, MAPPING_FOLDERS, outputOf } from './samples.ts';

const PACKAGES = join(__dirname, '../../../shared/data/packages');
/** Each is told in two parts: the notice that names nobody, and the handoff with the hosted Task. */
const TRANSFERS: ReadonlySet<string> = new Set(['transfer-json', 'transfer-fhir', 'referral-v2']);
const told = { ...AMSTERDAM, taskId: 'hosted-1' };

const SENDERS_CODE = 'extensible: a code of the sender, or words alone, travel as sent (tagged where the code matters)';
const NUMBER_TYPE = 'HL7 table 0203 has types of numbers (PI, VN, PGN) that the set of FHIR leaves out';
/** Why a warning about this element stands; a warning about another element fails the test. */
const EXPLAINED: Readonly<Record<string, string>> = {
  'identifier.type': NUMBER_TYPE,
  'groupIdentifier.type': NUMBER_TYPE,
  'requisition.type': NUMBER_TYPE,
  'link.other.identifier.type': NUMBER_TYPE,
  category: 'nl-core fixes the category of a treatment directive to a SNOMED CT code that the set of R4 does not hold',
  code: SENDERS_CODE,
  form: SENDERS_CODE,
  interpretation: SENDERS_CODE,
  'reaction.manifestation': SENDERS_CODE,
  'dosageInstruction.route': SENDERS_CODE,
  'dosage.route': SENDERS_CODE,
  'hospitalization.admitSource': SENDERS_CODE,
  'hospitalization.dischargeDisposition': SENDERS_CODE,
  'extension.extension.valueCodeableConcept': SENDERS_CODE,
};
/** Of `binding-extensible identifier.type`: only a binding that is extensible may be left. */
const reasonOf = (kind: string): string | undefined => EXPLAINED[/^binding-extensible (.*)$/.exec(kind)?.[1] ?? ''];
const elementOf = (expression: string): string => expression.replace(/^.*resource\./, '').replace(/\[\d+\]/g, '');

(existsSync(PACKAGES) ? describe : describe.skip)('against the published packages', () => {
  let validator: Validator;
  const counts = new Map<string, { samples: number; resources: number; claims: number; errors: number }>();
  const warnings = new Map<string, { times: number; example: string }>();

  beforeAll(async () => {
    const names = readdirSync(PACKAGES);
    const packages = await Promise.all(names.map((name) => loadPackage(join(PACKAGES, name))));
    validator = createValidator([wkPackage, ...packages]);
  });

  afterAll(() => {
    const lines = [...counts].map(
      ([mapping, { samples, resources, claims, errors }]) =>
        `${mapping.padEnd(18)} ${String(samples).padStart(4)} samples ${String(resources).padStart(5)} resources ${String(claims).padStart(5)} profiles claimed, ${errors} errors`,
    );
    const why = [...warnings].map(
      ([kind, { times, example }]) =>
        `warning ${kind}: ${times} times, as ${example}; ${reasonOf(kind) ?? 'NOT EXPLAINED'}`,
    );
    process.stdout.write(`${[...lines, ...(why.length > 0 ? why : ['no warnings'])].join('\n')}\n`);
  });

  function errorsOf(bundle: Bundle): string[] {
    const issues = validator.validate(bundle);
    for (const issue of issues) if (issue.severity !== 'error') remember(issue);
    return issues
      .filter(({ severity, rule }) => severity === 'error' || rule === 'unresolvable-profile')
      .map(({ expression, text }) => `${expression}: ${text}`);
  }
  function remember({ rule, expression, text }: Issue): void {
    const kind = `${rule} ${elementOf(expression)}`;
    const before = warnings.get(kind);
    warnings.set(kind, { times: (before?.times ?? 0) + 1, example: before?.example ?? text });
  }
  function count(mapping: string, { entry = [] }: Bundle, errors: number): void {
    const before = counts.get(mapping) ?? { samples: 0, resources: 0, claims: 0, errors: 0 };
    counts.set(mapping, {
      samples: before.samples + 1,
      resources: before.resources + entry.length,
      claims: before.claims + entry.reduce((sum, { resource }) => sum + (resource?.meta?.profile?.length ?? 0), 0),
      errors: before.errors + errors,
    });
  }

  test.each(ALL_TAKEN)('%s %s: no errors', (mapping, name) => {
    const golden = read(join(folderOf(mapping, name), 'expected.json')) as Bundle;
    const errors = errorsOf(golden);
    count(mapping, golden, errors.length);
    expect(errors).toEqual([]);
  });

  // A step of a transfer is the Task alone: it tells nobody anew.
  test.each(ALL_TAKEN.filter(([mapping, name]) => TRANSFERS.has(mapping) && !name.startsWith('step-')))(
    '%s %s: nor in what a wijkkliniek is told',
    (mapping, name) => {
      const handoff = outputOf(mapping, name, told);
      expect(errorsOf(handoff)).toEqual([]);
      expect(errorsOf(adviseNotice(handoff, { taskId: 'hosted-1', keyed: uuidV5 }))).toEqual([]);
    },
  );

  test('covers every mapping', () => {
    expect([...counts.keys()].sort()).toEqual([...MAPPING_FOLDERS]);
  });

  test('every kind of warning has its reason', () => {
    expect([...warnings.keys()].filter((kind) => reasonOf(kind) === undefined)).toEqual([]);
  });
});
