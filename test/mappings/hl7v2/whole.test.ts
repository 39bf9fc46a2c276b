import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Bundle } from 'fhir/r4.js';
import { BundleDraft, explainBundle, toBundle } from '../../../mappings/bundle.ts';
import { parseMessage, splitMessages } from '../../../mappings/hl7v2/parse.ts';
import { patientEntry } from '../../../mappings/hl7v2/segments/pid.ts';
import { encounterEntry } from '../../../mappings/hl7v2/segments/pv1.ts';
import { unusedOf } from '../../../mappings/hl7v2/segments/remainder.ts';
import { ANY_SOURCE, type MappingContext } from '../../../mappings/mapping.ts';
import { isError, type Issue } from '../../../profiles/issue.ts';
import { loadPackage } from '../../../profiles/load/package.ts';
import { checkStructure } from '../../../profiles/structure.ts';
import { createValidator } from '../../../profiles/validator.ts';

const context: MappingContext = { source: ANY_SOURCE, region: null };

/** Patient and stay of a message as a Bundle, or the issues that refuse it. */
function admit(bytes: Uint8Array): { issues: readonly Issue[]; bundle: Bundle | null } {
  const parsed = parseMessage(bytes, 'UNICODE UTF-8');
  if (!parsed.ok) return { issues: [parsed.issue], bundle: null };
  const draft = new BundleDraft(context.source, '1');
  const patient = patientEntry(draft, parsed.message, context);
  if (patient.issues.length > 0) return { issues: patient.issues, bundle: null };
  encounterEntry(draft, parsed.message, context, patient.reference);
  const unused = () => unusedOf(parsed.message);
  const mapped = {
    ok: true as const,
    mapping: { id: 't', version: '1' },
    entries: draft.entries(),
    warnings: [],
    unused,
  };
  expect(explainBundle(mapped).length).toBeGreaterThan(0);
  for (const { reason } of mapped.unused()) expect(reason).not.toBe('');
  return { issues: [], bundle: toBundle(mapped) };
}

test('whatever stands in PID and PV1, the result is base R4 or a refusal', () => {
  const unit = fc.constantFrom(
    '|',
    '|',
    '^',
    '~',
    '\\',
    '&',
    'A',
    '1',
    '9',
    'M',
    'ë',
    '"',
    '""',
    'L',
    'PI',
    '2026',
    ' ',
    '\\.br\\',
  );
  const text = fc.string({ unit, maxLength: 80 });
  fc.assert(
    fc.property(text, text, text, (pid, pv1, nk1) => {
      const message = `MSH|^~\\&|A|B|||20261120||ADT^A01|1|P|2.4\rPID|1||${pid}\rNK1|1|${nk1}\rPV1|1|${pv1}`;
      const { issues, bundle } = admit(new TextEncoder().encode(message));
      if (bundle === null) expect(issues[0]).toMatchObject({ severity: 'error' });
      else expect(checkStructure(bundle)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

const shared = join(__dirname, '../../../../shared/data');
const files = existsSync(join(shared, 'hl7v2'))
  ? readdirSync(join(shared, 'hl7v2'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.hl7'))
  : [];
(files.length > 0 ? test : test.skip)('patient and stay of messages from public projects meet nl-core', async () => {
  const nlCore = await loadPackage(join(shared, 'packages/nictiz.fhir.nl.r4.nl-core'));
  const validator = createValidator([nlCore]);
  const own = `MSH|^~\\&|EPD|AMC|||20261120140500||ADT^A01|1|P|2.4\rPID|1||4109590^^^AMC^PI~999911120^^^NLMINBIZA^NNNLD||de Vries - van der Linden&van der&Linden&de&Vries^A^M^^^^L||19410307|F|||Dorpsstraat 12&Dorpsstraat&12^a^Amsterdam^^1012AB^NL^H||0201234567^PRN^PH~0612345678^ORN^CP~^NET^Internet^a@b.nl|||M\rPD1||||01004567^van Houten^B.R.^^^^^^VEKTIS\rNK1|1|Jansen^Piet|SIS^zus||0201112223\rPV1|1|E|SEH^K2^B1|A|||01004567^van Houten^B.R.^^^^^^VEKTIS|||CAR||||7|||||V99^^^AMC^VN`;
  const messages = files.flatMap((name) => splitMessages(readFileSync(join(shared, 'hl7v2', name))));
  for (const bytes of [new TextEncoder().encode(own), ...messages]) {
    const { issues, bundle } = admit(bytes);
    if (bundle === null) expect(['required-segment', 'one-patient']).toContain(issues[0]?.rule);
    else expect(validator.validate(bundle).filter(isError)).toEqual([]);
  }
});
