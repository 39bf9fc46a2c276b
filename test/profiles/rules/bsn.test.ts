import type { Bundle, Patient, StructureDefinition } from 'fhir/r4.js';
import fc from 'fast-check';
import { passesElfproef } from '../../../profiles/bsn.ts';
import { SYSTEM } from '../../../profiles/canonical.ts';
import { checkRules } from '../../../profiles/rules.ts';
import { hasSoundBsn } from '../../../profiles/rules/bsn.ts';
import { compileRules } from '../../../profiles/rules/compile.ts';
import wkPatient from '../../../profiles/wk/wk-Patient.json' with { type: 'json' };
import { found, request } from './change.ts';

describe('BSN', () => {
  const patient = (...values: string[]): Patient => ({
    resourceType: 'Patient',
    identifier: values.map((value) => ({ system: SYSTEM.bsn, value })),
  });
  const inFhirPath = compileRules(wkPatient as StructureDefinition);
  const rulesOf = (resource: Patient) => inFhirPath(resource, {}).map(({ rule }) => rule);

  test('the FHIRPath rule and the elfproef of the code agree on every number', () => {
    const text = fc.oneof(
      fc.stringMatching(/^\d{7,10}$/),
      fc.constantFrom('999900006', '000000000', '', ' 999900006', '99990000a', '123456782', '23456786'),
    );
    fc.assert(
      fc.property(text, (bsn) => {
        fc.pre(bsn === bsn.trim() && bsn !== '');
        expect(rulesOf(patient(bsn)).includes('wk-bsn-1')).toBe(!passesElfproef(bsn));
      }),
      { numRuns: 300 },
    );
  });

  test('a number taken for sound without asking FHIRPath is sound to FHIRPath as well', () => {
    const identifier = fc.record(
      {
        system: fc.constantFrom(SYSTEM.bsn, 'urn:oid:2.16.840.1.113883.2.4.6.3', 'https://hospital.example'),
        value: fc.constantFrom('999900006', '999911120', '999900007', ' 999900006', '99900006', '000000000', ''),
        use: fc.constantFrom('official' as const, 'old' as const),
      },
      { requiredKeys: [] },
    );
    let sound = 0;
    fc.assert(
      fc.property(fc.array(identifier, { maxLength: 3 }), (identifiers) => {
        const someone: Patient = { resourceType: 'Patient', identifier: identifiers };
        expect(checkRules(someone)).toEqual(inFhirPath(someone, {}));
        if (hasSoundBsn(someone)) sound += 1;
      }),
      { numRuns: 300 },
    );
    expect(sound).toBeGreaterThan(20);
    // A rule beside these needs its part in the quick look.
    expect(wkPatient.differential.element[0]?.constraint.map(({ key }) => key)).toEqual(['wk-bsn-1', 'wk-bsn-2']);
  });

  test('is checked in any Bundle, of every Patient, and in a Patient alone', () => {
    expect(checkRules(patient('999900007'))).toMatchObject([{ expression: 'Patient.identifier[0].value' }]);
    const bundle: Bundle<Patient> = {
      resourceType: 'Bundle',
      type: 'collection',
      entry: [{ resource: patient('999900006') }, { resource: patient('111') }],
    };
    expect(checkRules(bundle)).toMatchObject([
      { rule: 'wk-bsn-1', expression: 'Bundle.entry[1].resource.identifier[0].value' },
    ]);
  });

  test('may be absent outside a transfer, and masked', () => {
    expect(checkRules(patient())).toEqual([]);
    expect(
      checkRules({ resourceType: 'Patient', identifier: [{ system: SYSTEM.bsn, _value: { extension: [] } }] }),
    ).toEqual([]);
    expect(checkRules({ resourceType: 'Bundle', type: 'collection' })).toEqual([]);
  });

  test('a number of another system is not a BSN', () => {
    expect(
      checkRules({ resourceType: 'Patient', identifier: [{ system: 'https://hospital.example', value: '4109590' }] }),
    ).toEqual([]);
  });

  test('is one: two different numbers name two people', () => {
    expect(checkRules(patient('999900006', '999911120'))).toMatchObject([
      { rule: 'wk-bsn-2', expression: 'Patient.identifier[1].value' },
    ]);
    expect(checkRules(patient('999900006', '999900006'))).toEqual([]);
    const former = patient('999900006', '999911120');
    Object.assign(former.identifier?.[1] ?? {}, { use: 'old' });
    expect(checkRules(former)).toEqual([]);
  });

  test('of a reference by identifier must pass as well', () => {
    expect(
      found(
        request((resource) => {
          resource.subject.identifier = { system: SYSTEM.bsn, value: '999900007' };
        }),
      ),
    ).toEqual(['wk-bsn-1 at Bundle.entry[0].resource.subject.identifier.value']);
  });
});
