import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle, FhirResource, MedicationRequest } from 'fhir/r4.js';
import { explainBundle, toBundle } from '../../mappings/bundle.ts';
import { ANY_SOURCE, type Mapped, type MappingResult } from '../../mappings/mapping.ts';
import { medicationFhir } from '../../mappings/medication-fhir/mapping.ts';
import { TREATMENT } from '../../mappings/medication-profile.ts';
import { loadPackage } from '../../profiles/load/package.ts';
import { createValidator, type Validator } from '../../profiles/validator.ts';
import { wkPackage } from '../../profiles/wk/package.ts';
import { leavesOf } from './transfer-facts.ts';
import { expectGolden, prove, read, samplesOf } from './transfer-samples.ts';

const SAMPLES = join(__dirname, '../../mappings/medication-fhir/samples');
const PACKAGES = join(__dirname, '../../../shared/data/packages');
const NICTIZ = 'http://nictiz.nl/fhir/StructureDefinition/';
const accepted = samplesOf(SAMPLES).filter((name) => !name.startsWith('refused-'));

const mapSample = (name: string): MappingResult => {
  const bundle = read(join(SAMPLES, name, 'input.json')) as Bundle;
  const controlId = bundle.identifier?.value ?? '';
  return medicationFhir.map({ bundle, controlId }, { source: ANY_SOURCE, region: null });
};
const mappedSample = (name: string): Mapped => {
  const mapped = mapSample(name);
  if (!mapped.ok) throw new Error('refused');
  return mapped;
};
const resourcesOf = (name: string): FhirResource[] =>
  (toBundle(mappedSample(name)).entry ?? []).flatMap(({ resource }) => resource ?? []);
const treatmentsIn = (name: string): (string | undefined)[] =>
  resourcesOf(name).flatMap((resource) =>
    ((resource as MedicationRequest).extension ?? [])
      .filter(({ url }) => url === TREATMENT)
      .map(({ valueIdentifier }) => valueIdentifier?.value),
  );
const ofType = (name: string, type: string): FhirResource => {
  const found = resourcesOf(name).find(({ resourceType }) => resourceType === type);
  if (found === undefined) throw new Error(`no ${type}`);
  return found;
};

describe('every sample of a medication message in FHIR', () => {
  test.each(samplesOf(SAMPLES))('%s becomes what its golden file says', (name) => {
    const proof = prove(mapSample(name));
    expectGolden(join(SAMPLES, name), proof);
    expect(proof.result.resourceType).toBe(name.startsWith('refused-') ? 'OperationOutcome' : 'Bundle');
  });

  test.each(accepted)('%s: every leaf names its source', (name) => {
    const mapped = mappedSample(name);
    const told = explainBundle(mapped).map(({ path }) => path);
    expect(told.sort()).toEqual(leavesOf(toBundle(mapped), 'Bundle').sort());
  });
});

describe('what is added', () => {
  test('a prescription without a treatment gets one of its own number, and what carries it out gets the same', () => {
    const [prescription, ...others] = treatmentsIn('prescription-without-treatment');
    expect(prescription).toMatch(/^[0-9a-f-]{36}$/);
    expect(others).toEqual([prescription]);
    const tags = ofType('prescription-without-treatment', 'MedicationRequest').meta?.tag;
    expect(tags?.map(({ code }) => code)).toEqual(['derived-treatment-identifier']);
  });

  test('a treatment the sender says stays as it is, and is not marked', () => {
    expect(treatmentsIn('mp9-stop')).toEqual(['MBH-77']);
    const { meta } = ofType('mp9-stop', 'MedicationRequest');
    expect(meta?.tag?.map(({ code }) => code)).toEqual(['actionable']);
    expect(meta?.profile).toEqual([`${NICTIZ}mp-MedicationAgreement`]);
  });

  test('use without a prescription has no treatment: left out, with a warning', () => {
    expect(treatmentsIn('use-as-told')).toEqual([]);
    expect(mappedSample('use-as-told').warnings.map(({ code }) => code)).toContain('no-treatment-identifier');
  });

  test('a statement is medication use, whether it says so or not', () => {
    expect(ofType('use-as-told', 'MedicationStatement')).toMatchObject({
      meta: { profile: [`${NICTIZ}mp-MedicationUse2`] },
      category: { coding: [{ code: '422979000' }] },
    });
  });

  test('a route MP9 does not know takes the mp- claim away, marks the agreement and warns', () => {
    const { meta } = ofType('local-route', 'MedicationRequest');
    expect(meta?.profile).toEqual(['https://fhir.wijkkliniek.example/StructureDefinition/wk-MedicationAgreement']);
    expect(meta?.tag?.map(({ code }) => code)).toEqual(['untranslated']);
    expect(mappedSample('local-route').warnings).toContainEqual(
      expect.objectContaining({ location: 'Bundle.entry[2].resource.dosageInstruction[0].route' }),
    );
  });
});

(existsSync(PACKAGES) ? describe : describe.skip)('against the published packages', () => {
  let validator: Validator;
  beforeAll(async () => {
    const names = ['nictiz.fhir.nl.r4.nl-core', 'nictiz.fhir.nl.r4.medicationprocess9'];
    validator = createValidator([
      wkPackage,
      ...(await Promise.all(names.map((name) => loadPackage(join(PACKAGES, name))))),
    ]);
  });

  test.each(accepted)('%s meets the profiles it claims', (name) => {
    const errors = validator
      .validate(toBundle(mappedSample(name)))
      .filter(({ severity, rule }) => severity === 'error' || rule === 'unresolvable-profile')
      .map(({ expression, text }) => `${expression}: ${text}`);
    expect(errors).toEqual([]);
  });
});
