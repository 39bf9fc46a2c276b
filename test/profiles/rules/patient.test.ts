import type { ServiceRequest } from 'fhir/r4.js';
import { at, found, request, without, type Change } from './change.ts';
import { AT } from './transfer-bundle.ts';

describe('patient of a transfer', () => {
  test.each<[string, Change, string]>([
    ['stands in the Bundle', without(AT.patient), 'wk-transfer-2 at Bundle.entry[0].resource.subject'],
    [
      'is a Patient',
      request(({ subject }) => (subject.reference = 'urn:uuid:3')),
      'wk-transfer-2 at Bundle.entry[0].resource.subject',
    ],
    [
      'has a BSN',
      at('Patient', AT.patient, (patient) => patient.identifier?.shift()),
      'wk-transfer-3 at Bundle.entry[1].resource',
    ],
  ])('%s', (_, change, issue) => {
    expect(found(change)).toContain(issue);
  });

  test('is found by Type/id and by an absolute URL as well', () => {
    expect(found(request(({ subject }) => (subject.reference = 'Patient/anna')))).toEqual([]);
    expect(found(request(({ subject }) => (subject.reference = 'Patient/anna/_history/3')))).toEqual([]);
  });

  test('one transfer stands in a Bundle', () => {
    expect(found((resources) => resources.push(structuredClone(resources[AT.request] as ServiceRequest)))).toEqual(
      ['wk-transfer-1 at Bundle.entry[11].resource', 'wk-tier-4 at never'].slice(0, 1),
    );
  });
});
