import type { Bundle, FhirResource, MedicationRequest } from 'fhir/r4.js';
import { medicationFhir } from '../../mappings/medication-fhir/mapping.ts';
import { TREATMENT } from '../../mappings/medication-profile.ts';
import { ANYWHERE, finished, jsonSample, mapSample, outputOf } from './samples.ts';

const NICTIZ = 'http://nictiz.nl/fhir/StructureDefinition/';
const warningsOf = (name: string) => {
  const mapped = mapSample('medication-fhir', name);
  return mapped.ok ? mapped.warnings : [];
};
const resourcesOf = (name: string): FhirResource[] =>
  (outputOf('medication-fhir', name).entry ?? []).flatMap(({ resource }) => resource ?? []);
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
    expect(warningsOf('use-as-told').map(({ code }) => code)).toContain('no-treatment-identifier');
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
    expect(warningsOf('local-route')).toContainEqual(
      expect.objectContaining({ location: 'Bundle.entry[2].resource.dosageInstruction[0].route' }),
    );
  });

  test('a variable dosing regimen keeps its agreement, and is of the same treatment', () => {
    const [agreement, regimen] = treatmentsIn('variable-dosing-regimen');
    expect(regimen).toBe(agreement);
    const [first, second] = (outputOf('medication-fhir', 'variable-dosing-regimen').entry ?? []).filter(
      ({ resource }) => resource?.resourceType === 'MedicationRequest',
    );
    expect(second?.resource).toMatchObject({
      meta: { profile: [`${NICTIZ}mp-VariableDosingRegimen`] },
      basedOn: [{ reference: first?.fullUrl }],
      dosageInstruction: [{ sequence: 1 }, { sequence: 2 }],
    });
  });

  describe('a regimen', () => {
    const regimen = (change: Partial<MedicationRequest>): MedicationRequest | undefined => {
      const bundle = jsonSample('medication-fhir', 'variable-dosing-regimen') as Bundle<FhirResource>;
      const changed = (bundle.entry ?? []).map(({ resource, ...rest }, index) => ({
        ...rest,
        resource: index === 3 ? { ...(resource as MedicationRequest), ...change } : resource,
      })) as NonNullable<Bundle<FhirResource>['entry']>;
      const source = { bundle: { ...bundle, entry: changed }, controlId: 'C1' };
      const resource = finished(medicationFhir.map(source, ANYWHERE)).entry?.[3]?.resource;
      return resource?.resourceType === 'MedicationRequest' ? resource : undefined;
    };
    const snomed = (code: string) => ({ coding: [{ system: 'http://snomed.info/sct', code }] });

    test('is changed for the reasons its profile knows; for another the claim goes', () => {
      expect(regimen({ reasonCode: [snomed('79899007')] })?.meta?.profile).toHaveLength(1);
      expect(regimen({ reasonCode: [snomed('182856006')] })?.meta?.profile).toBeUndefined();
    });

    test('is stopped in the ways its profile knows; in another the claim goes', () => {
      const stopped = (code: string): Partial<MedicationRequest> => ({
        modifierExtension: [{ url: `${NICTIZ}ext-StopType`, valueCodeableConcept: snomed(code) }],
      });
      expect(regimen(stopped('410546004'))?.meta?.profile).toHaveLength(1);
      expect(regimen(stopped('385655000'))?.meta?.profile).toBeUndefined();
    });

    test('of an agreement that is not here has no treatment of its own, nor has one based on itself', () => {
      for (const reference of ['MedicationRequest/elsewhere', 'MedicationRequest/wds1']) {
        expect(regimen({ basedOn: [{ reference }] })?.extension?.map(({ url }) => url)).not.toContain(TREATMENT);
      }
    });
  });
});
