import { BundleDraft, explainBundle, toBundle } from '../../../mappings/bundle.ts';
import { ANY_SOURCE, type MappingContext } from '../../../mappings/mapping.ts';
import { parseMessage } from '../../../mappings/hl7v2/parse.ts';
import { patientEntry } from '../../../mappings/hl7v2/segments/pid.ts';
import { unusedOf } from '../../../mappings/hl7v2/segments/remainder.ts';

const context: MappingContext = { source: ANY_SOURCE, region: null };

function map(...lines: string[]) {
  const text = ['MSH|^~\\&|GLIMS|AMC|||20261120140500||ORU^R01|1|P|2.4', ...lines].join('\r');
  const parsed = parseMessage(new TextEncoder().encode(text), 'UNICODE UTF-8');
  if (!parsed.ok) throw new Error(parsed.issue.text);
  const bundle = new BundleDraft(context.source, '1');
  const entry = patientEntry(bundle, parsed.message, context);
  const mapped = {
    ok: true as const,
    mapping: { id: 'test', version: '1' },
    entries: entry.issues.length > 0 ? [] : bundle.entries(),
    warnings: [],
    unused: () => [],
  };
  return { entry, message: parsed.message, bundle: toBundle(mapped), trace: explainBundle(mapped), mapped };
}

test('x', () => {
  const r = map(
    'PID|1||4109590^^^AMC^PI~999911120^^^NLMINBIZA^NNNLD||de Vries - van der Linden&van der&Linden&de&Vries^A^M^^^^L||19410307|F|||Dorpsstraat 12&Dorpsstraat&12^a^Amsterdam^^1012AB^NL^H||0201234567^PRN^PH~0612345678^ORN^CP~^NET^Internet^a@b.nl|||NLD|M||||||||||||||Y|NNNLD',
    'NK1|1|Jansen^Piet|SIS^zus|||0201112223',
    'PD1||||01004567^van Houten^B.R.^^^^^^VEKTIS',
  );
  console.log(JSON.stringify(r.bundle, null, 1), r.entry, r.trace.slice(0, 12), unusedOf(r.message));
});
