/** What is mutated: a valid message of every kind and flow, from the samples of the mappings and the shared messages. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { splitMessages } from '../../mappings/hl7v2/parse.ts';
import { writeXml } from '../../profiles/xml/write.ts';

export type Kind = 'hl7v2' | 'fhir' | 'fhir-xml' | 'transfer';

export interface Sample {
  readonly kind: Kind;
  /** Whose door it would come through: the first answers are only a home's to give. */
  readonly source: string;
  readonly bytes: Buffer;
}

const MAPPINGS = join(__dirname, '../../mappings');
const COLLECTED = join(__dirname, '../../../shared/data/hl7v2');

const filesIn = (folder: string, wanted: (name: string) => boolean): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => wanted(basename(name)))
        .sort()
        .map((name) => join(folder, name))
    : [];

/** Mappings of what a home sends; anything else comes from a hospital. */
const FROM_HOME = /\/(?:observation-fhir|discharge-fhir|task-fhir)\//;

function sampleOf(file: string): Sample {
  const bytes = readFileSync(file);
  const kind = file.endsWith('.hl7') ? 'hl7v2' : bytes.includes('"resourceType"') ? 'fhir' : 'transfer';
  return { kind, source: FROM_HOME.test(file) ? 'sandbox-ecd' : 'sandbox-hospital', bytes };
}

const asXml = (sample: Sample): Sample => ({
  ...sample,
  kind: 'fhir-xml',
  bytes: Buffer.from(writeXml(JSON.parse(sample.bytes.toString('utf8')))),
});

export function readCorpus(): readonly Sample[] {
  const inputs = filesIn(MAPPINGS, (name) => /^input\.(?:hl7|json)$/.test(name)).map(sampleOf);
  const outputs = filesIn(MAPPINGS, (name) => name === 'expected.json').map(sampleOf);
  const collected = filesIn(COLLECTED, (name) => name.endsWith('.hl7')).flatMap((file) =>
    splitMessages(readFileSync(file)).map((bytes): Sample => ({
      kind: 'hl7v2',
      source: 'sandbox-hospital',
      bytes: Buffer.from(bytes),
    })),
  );
  const inXml = [...inputs, ...outputs].filter(({ kind }) => kind === 'fhir').map(asXml);
  return [...inputs, ...inputs, ...outputs, ...inXml, ...collected];
}
