import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle, Communication, Composition, DocumentReference, FhirResource } from 'fhir/r4.js';
import { explainBundle, toBundle } from '../../mappings/bundle.ts';
import { documentMdm } from '../../mappings/document-mdm/mapping.ts';
import type { Message } from '../../mappings/hl7v2/message.ts';
import { parseMessage } from '../../mappings/hl7v2/parse.ts';
import { ANY_SOURCE, type MappingContext } from '../../mappings/mapping.ts';
import { loadPackage } from '../../profiles/load/package.ts';
import { createValidator, type Validator } from '../../profiles/validator.ts';
import { wkPackage } from '../../profiles/wk/package.ts';
import { leavesOf } from './transfer-facts.ts';
import { expectGolden, prove, samplesOf } from './transfer-samples.ts';

const SAMPLES = join(__dirname, '../../mappings/document-mdm/samples');
const PACKAGE = join(__dirname, '../../../shared/data/packages/nictiz.fhir.nl.r4.nl-core');
const context: MappingContext = { source: ANY_SOURCE, region: null };
const names = samplesOf(SAMPLES);
const good = names.filter((name) => !name.startsWith('refused-'));

function sample(name: string): Message {
  const parsed = parseMessage(readFileSync(join(SAMPLES, name, 'input.hl7')), ANY_SOURCE.charset);
  if (!parsed.ok) throw new Error(parsed.issue.text);
  return parsed.message;
}
function bundleOf(name: string): Bundle<FhirResource> {
  const mapped = documentMdm.map(sample(name), context);
  if (!mapped.ok) throw new Error('refused');
  return toBundle(mapped);
}
const first = <T extends FhirResource>(name: string, type: T['resourceType']): T | undefined =>
  bundleOf(name).entry?.flatMap(({ resource }) => (resource?.resourceType === type ? [resource as T] : []))[0];

describe('every sample of a document', () => {
  test.each(names)('%s becomes what its golden file says', (name) => {
    const proof = prove(documentMdm.map(sample(name), context));
    expectGolden(join(SAMPLES, name), proof);
    expect(proof.result.resourceType).toBe(name.startsWith('refused-') ? 'OperationOutcome' : 'Bundle');
  });

  test.each(good)('%s: every leaf names its source, and nothing is left but transport and counting', (name) => {
    const mapped = documentMdm.map(sample(name), context);
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
    const found = validator
      .validate(bundleOf(name))
      .filter(({ severity, rule }) => severity === 'error' || rule === 'unresolvable-profile');
    expect(found.map(({ expression, text }) => `${expression}: ${text}`)).toEqual([]);
  });
});

describe('an answer', () => {
  test('responds to the question by its order number, and its words stand in sections', () => {
    const reply = first<Communication>('answer-geriatrics-hix', 'Communication');
    expect(reply).toMatchObject({
      status: 'completed',
      inResponseTo: [
        {
          identifier: {
            system: 'https://fhir.wijkkliniek.example/NamingSystem/local/placer-order/CORDAAN',
            value: 'VRAAG-12',
          },
        },
      ],
    });
    const note = first<Composition>('answer-geriatrics-hix', 'Composition');
    expect(note?.section?.map(({ title }) => title)).toEqual(['Conclusie', 'Advies', 'Pijn NRS']);
    expect(note?.section?.[0]?.text?.div).toContain('herstellend.\nGeen aanwijzing voor dementie &amp; &lt; 3 dagen.');
    expect(note?.section?.[1]?.text?.div).toContain('Bij onrust bellen');
    expect(note?.attester?.[0]).toMatchObject({ mode: 'professional', time: '2026-11-23T10:10:00+01:00' });
  });

  test('that is not authenticated is preliminary, and a file comes as it was', () => {
    expect(first<Composition>('answer-with-pdf-epic', 'Composition')?.status).toBe('preliminary');
    expect(first<Communication>('answer-with-pdf-epic', 'Communication')?.status).toBe('in-progress');
    expect(first<DocumentReference>('answer-with-pdf-epic', 'DocumentReference')?.content[0]?.attachment).toMatchObject(
      {
        contentType: 'application/pdf',
        data: 'JVBERi0xLjQK',
      },
    );
  });

  test('that is withdrawn is entered in error', () => {
    expect(first<Composition>('withdrawn', 'Composition')?.status).toBe('entered-in-error');
    expect(first<Communication>('withdrawn', 'Communication')?.status).toBe('entered-in-error');
  });

  test('to no question is a document alone, and of another kind no consult', () => {
    expect(first('without-question', 'Communication')).toBeUndefined();
    expect(first<Composition>('without-question', 'Composition')?.meta?.profile).toBeUndefined();
  });
});
