import type { Bundle, FhirResource, Patient } from 'fhir/r4.js';
import fc from 'fast-check';
import { passesElfproef } from '../../../profiles/bsn.ts';
import { SYSTEM } from '../../../profiles/canonical.ts';
import { checkRules } from '../../../profiles/rules.ts';
import { found, request } from './change.ts';

describe('BSN', () => {
  const patient = (...values: string[]): Patient => ({
    resourceType: 'Patient',
    identifier: values.map((value) => ({ system: SYSTEM.bsn, value })),
  });
  const rulesOf = (resource: FhirResource) => checkRules(resource).map(({ rule }) => rule);

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
