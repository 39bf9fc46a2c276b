import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle, Encounter, Patient } from 'fhir/r4.js';
import { adminAdt } from '../../mappings/admin-adt/mapping.ts';
import { mergesOf } from '../../mappings/admin-adt/merge.ts';
import { explainBundle, toBundle } from '../../mappings/bundle.ts';
import type { Message } from '../../mappings/hl7v2/message.ts';
import { parseMessage } from '../../mappings/hl7v2/parse.ts';
import { ANY_SOURCE, type MappingContext } from '../../mappings/mapping.ts';
import { loadPackage } from '../../profiles/load/package.ts';
import { createValidator, type Validator } from '../../profiles/validator.ts';
import { wkPackage } from '../../profiles/wk/package.ts';
import { leavesOf } from './transfer-facts.ts';
import { expectGolden, prove, samplesOf } from './transfer-samples.ts';

const SAMPLES = join(__dirname, '../../mappings/admin-adt/samples');
const PACKAGE = join(__dirname, '../../../shared/data/packages/nictiz.fhir.nl.r4.nl-core');
const context: MappingContext = { source: ANY_SOURCE, region: null };
const names = samplesOf(SAMPLES);
const good = names.filter((name) => !name.startsWith('refused-'));

function read(text: string | Buffer): Message {
  const parsed = parseMessage(Buffer.from(text), ANY_SOURCE.charset);
  if (!parsed.ok) throw new Error(parsed.issue.text);
  return parsed.message;
}
const sample = (name: string): Message => read(readFileSync(join(SAMPLES, name, 'input.hl7')));
const bundleOf = (message: Message): Bundle => {
  const mapped = adminAdt.map(message, context);
  if (!mapped.ok) throw new Error(mapped.issues.map(({ expression }) => expression).join());
  return toBundle(mapped);
};
const all = <T>(bundle: Bundle, type: string): T[] =>
  (bundle.entry ?? []).flatMap(({ resource }) => (resource?.resourceType === type ? [resource as T] : []));

describe('every sample of patient administration', () => {
  test.each(names)('%s becomes what its golden file says', (name) => {
    const proof = prove(adminAdt.map(sample(name), context));
    expectGolden(join(SAMPLES, name), proof);
    expect(proof.result.resourceType).toBe(name.startsWith('refused-') ? 'OperationOutcome' : 'Bundle');
  });

  test.each(good)('%s: every leaf names its source, and nothing is left but transport and counting', (name) => {
    const mapped = adminAdt.map(sample(name), context);
    if (!mapped.ok) throw new Error('refused');
    const told = explainBundle(mapped).map(({ path }) => path);
    expect(told.sort()).toEqual(leavesOf(toBundle(mapped), 'Bundle').sort());
    for (const { reason } of mapped.unused()) {
      expect(reason).toMatch(/^(message transport|counts segments|tells how other fields)/);
    }
  });
});

(existsSync(PACKAGE) ? describe : describe.skip)('against nl-core as published', () => {
  let validator: Validator;
  beforeAll(async () => {
    validator = createValidator([wkPackage, await loadPackage(PACKAGE)]);
  });
  test.each(good)('%s has no errors', (name) => {
    const found = validator.validate(bundleOf(sample(name)));
    expect(
      found
        .filter(({ severity, rule }) => severity === 'error' || rule === 'unresolvable-profile')
        .map(({ expression, text }) => `${expression}: ${text}`),
    ).toEqual([]);
  });
});

describe('a stay', () => {
  const stay = (event: string, pv1: string, controlId = '1'): Encounter | undefined =>
    all<Encounter>(
      bundleOf(read(`MSH|^~\\&|A|B|||20261120||ADT^${event}|${controlId}|P|2.4\rPID|1||7^^^AMC^PI||Vries^A\r${pv1}\r`)),
      'Encounter',
    )[0];

  test.each([
    ['A01', 'PV1|1|E', 'in-progress'],
    ['A04', 'PV1|1|O', 'in-progress'],
    ['A03', 'PV1|1|E', 'finished'],
    ['A08', 'PV1|1|I', 'in-progress'],
  ])('after %s with %s is %s', (event, pv1, status) => {
    expect(stay(event, pv1)?.status).toBe(status);
  });

  test('after A08 is finished when PV1-45 says when', () => {
    expect(stay('A08', `PV1|1|I${'|'.repeat(43)}20261120`)?.status).toBe('finished');
  });

  test('is none of the business of an A31', () => {
    expect(stay('A31', 'PV1|1|I||||||||||||||||||V1')).toBeUndefined();
  });

  test('is the same stay in the next message by its number, or else by the moment of admission', () => {
    const keys = (pv1: string) => ['1', '2'].map((id) => stay('A08', pv1, id)?.identifier?.[0]?.value);
    for (const pv1 of [
      `PV1|1|I${'|'.repeat(17)}V1`,
      `PV1|1|I${'|'.repeat(48)}V1`,
      `PV1|1|I${'|'.repeat(42)}202611201300`,
    ]) {
      const [first, second] = keys(pv1);
      expect(first).toBeDefined();
      expect(first).toBe(second);
    }
    const [first, second] = keys('PV1|1|I');
    expect(first).not.toBe(second);
  });
});

describe('a merge', () => {
  test('tells which numbers become one patient', () => {
    const system = 'https://fhir.wijkkliniek.example/NamingSystem/local/patient/AMC';
    expect(mergesOf(sample('a40-merge'), context)).toEqual([
      {
        surviving: { bsn: '999911120', numbers: [{ assigner: system, value: '4109590' }] },
        retired: { bsn: null, numbers: [{ assigner: system, value: '9900123' }] },
      },
    ]);
    expect(mergesOf(sample('a40-two-bsns'), context)[0]?.retired.bsn).toBe('999990019');
    expect(mergesOf(sample('a40-two-merges'), context)).toHaveLength(2);
    expect(mergesOf(sample('refused-merge-with-itself'), context)).toEqual([]);
    expect(mergesOf(sample('a08-change-with-deletion'), context)).toEqual([]);
  });

  test('makes the patient that goes inactive, unless both are known by one BSN', () => {
    const [surviving, retired] = all<Patient>(bundleOf(sample('a40-merge')), 'Patient');
    expect(surviving?.link?.[0]).toMatchObject({ type: 'replaces', other: { identifier: { value: '9900123' } } });
    expect(retired).toMatchObject({ active: false, link: [{ type: 'replaced-by' }] });
    expect(surviving?.active).toBeUndefined();
    expect(all<Patient>(bundleOf(sample('a40-same-bsn')), 'Patient')).toHaveLength(1);
  });
});

describe('a deletion', () => {
  test('leaves the element out and names the place; an empty field says nothing', () => {
    const [patient] = all<Patient>(bundleOf(sample('a08-change-with-deletion')), 'Patient');
    expect(patient?.telecom).toBeUndefined();
    const told = (patient?.extension ?? []).map(({ extension }) => extension?.map(({ valueString }) => valueString));
    expect(told).toEqual([
      ['PID-13', '""'],
      ['NK1-5', '""'],
    ]);
  });
});
