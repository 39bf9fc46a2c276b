/** The samples of every mapping, read as the doors read them: what the tests of all mappings ask of them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle, FhirResource } from 'fhir/r4.js';
import { adminAdt } from '../../mappings/admin-adt/mapping.ts';
import { adminFhir } from '../../mappings/admin-fhir/mapping.ts';
import { toBundle } from '../../mappings/bundle.ts';
import { coTreatmentFhir } from '../../mappings/co-treatment-fhir/mapping.ts';
import { dischargeFhir } from '../../mappings/discharge-fhir/mapping.ts';
import { documentMdm } from '../../mappings/document-mdm/mapping.ts';
import type { FhirSource } from '../../mappings/fhir-source.ts';
import { messageTypeOf } from '../../mappings/hl7v2/control-id.ts';
import type { Message } from '../../mappings/hl7v2/message.ts';
import { parseMessage } from '../../mappings/hl7v2/parse.ts';
import { labFhir } from '../../mappings/lab-fhir/mapping.ts';
import { labOru } from '../../mappings/lab-oru/mapping.ts';
import { ANY_SOURCE, type Mapping, type MappingContext, type MappingResult } from '../../mappings/mapping.ts';
import { medicationFhir } from '../../mappings/medication-fhir/mapping.ts';
import { medicationV2 } from '../../mappings/medication-v2/mapping.ts';
import { observationFhir } from '../../mappings/observation-fhir/mapping.ts';
import { orderV2 } from '../../mappings/order-v2/mapping.ts';
import { referralV2 } from '../../mappings/referral-v2/mapping.ts';
import { referralStep } from '../../mappings/referral-v2/step.ts';
import { taskFhir } from '../../mappings/task-fhir/mapping.ts';
import { transferFhir } from '../../mappings/transfer-fhir/mapping.ts';
import { transferJson } from '../../mappings/transfer-json/mapping.ts';
import { prove, read, type Proof } from './golden.ts';

const MAPPINGS = join(__dirname, '../../mappings');
/** `map` without a region. */
export const ANYWHERE: MappingContext = { source: ANY_SOURCE, region: null };

const FROM_V2: Readonly<Record<string, Mapping<Message>>> = {
  'admin-adt': adminAdt,
  'document-mdm': documentMdm,
  'lab-oru': labOru,
  'medication-v2': medicationV2,
  'order-v2': orderV2,
  'referral-v2': referralV2,
};
/** Steps of a referral stand beside the referrals they are about. */
const STEPS: ReadonlySet<string> = new Set(['REF^I14', 'RRI^I12']);

const FROM_FHIR: Readonly<Record<string, Mapping<FhirSource>>> = Object.fromEntries(
  [
    ...[adminFhir, coTreatmentFhir, dischargeFhir, labFhir, medicationFhir, observationFhir, taskFhir, transferFhir],
  ].map((mapping) => [mapping.id, mapping]),
);

/** Folders of mappings to FHIR, found on disk: the samples of a new one are proved, or nobody reads them and that fails. */
export const MAPPING_FOLDERS: readonly string[] = readdirSync(MAPPINGS)
  .filter((folder) => existsSync(join(MAPPINGS, folder, 'samples')))
  .filter((folder) => takenSamples(folder).some((name) => existsSync(join(folderOf(folder, name), 'expected.json'))))
  .sort();

export function folderOf(mapping: string, name: string): string {
  return join(MAPPINGS, mapping, 'samples', name);
}
export function samplesOf(mapping: string): string[] {
  return readdirSync(join(MAPPINGS, mapping, 'samples')).sort();
}
function isTaken(name: string): boolean {
  return !name.startsWith('refused-');
}
/** The samples that become a Bundle. */
export function takenSamples(mapping: string): string[] {
  return samplesOf(mapping).filter(isTaken);
}
/** Mapping and name of each, for `test.each`. */
export const ALL_SAMPLES = MAPPING_FOLDERS.flatMap((mapping) =>
  samplesOf(mapping).map((name): [string, string] => [mapping, name]),
);
export const ALL_TAKEN = ALL_SAMPLES.filter(([, name]) => isTaken(name));

export function parsed(bytes: Uint8Array | string): Message {
  const read = parseMessage(Buffer.from(bytes), ANY_SOURCE.charset);
  if (!read.ok) throw new Error(read.issue.text);
  return read.message;
}

/** An HL7 v2 sample in memory, as if just parsed. */
export const v2Sample = (mapping: string, name: string): Message =>
  parsed(readFileSync(join(folderOf(mapping, name), 'input.hl7')));
/** What a FHIR or JSON sample holds. */
export const jsonSample = (mapping: string, name: string): unknown => read(join(folderOf(mapping, name), 'input.json'));

export function mapSample(mapping: string, name: string, context = ANYWHERE): MappingResult {
  const fromV2 = FROM_V2[mapping];
  if (fromV2 !== undefined) {
    const message = v2Sample(mapping, name);
    const { type, event } = messageTypeOf(message);
    return (STEPS.has(`${type}^${event}`) ? referralStep : fromV2).map(message, context);
  }
  const input = jsonSample(mapping, name);
  const fromFhir = FROM_FHIR[mapping];
  if (fromFhir !== undefined) {
    const bundle = input as Bundle<FhirResource>;
    return fromFhir.map({ bundle, controlId: bundle.identifier?.value ?? 'C1' }, context);
  }
  if (mapping !== transferJson.id) throw new Error(`nobody reads the samples of ${mapping}`);
  return transferJson.map(input, context);
}

export const isFromV2 = (mapping: string): boolean => Object.hasOwn(FROM_V2, mapping);

export const proveSample = (mapping: string, name: string): Proof => prove(mapSample(mapping, name));

/** The output of a sample; throws when it is refused. */
export const outputOf = (mapping: string, name: string, context = ANYWHERE): Bundle<FhirResource> =>
  finished(mapSample(mapping, name, context));

export function finished(mapped: MappingResult): Bundle<FhirResource> {
  if (!mapped.ok) throw new Error(mapped.issues.map(({ expression, text }) => `${expression}: ${text}`).join('; '));
  return toBundle(mapped);
}
