import type { Bundle, FhirResource } from 'fhir/r4.js';
import { labFhir } from '../../mappings/lab-fhir/mapping.ts';
import type { MappingResult } from '../../mappings/mapping.ts';
import { ANYWHERE, finished } from './samples.ts';

const mapBundle = (bundle: Bundle, controlId = 'C1'): MappingResult => labFhir.map({ bundle, controlId }, ANYWHERE);

const PATIENT: FhirResource = { resourceType: 'Patient', identifier: [{ system: 'urn:x', value: '1' }] };
const result = (more: object): FhirResource => ({
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '2823-3' }] },
  ...more,
});
const bundleOf = (...resources: FhirResource[]): Bundle => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: resources.map((resource, index) => ({
    fullUrl: `urn:uuid:00000000-0000-4000-8000-00000000000${index}`,
    resource,
  })),
});
const mapped = (bundle: Bundle, controlId?: string): Bundle => finished(mapBundle(bundle, controlId));

describe('what passes through', () => {
  test('the own identifier is what the receiver updates by, whatever the message is called', () => {
    const bundle = bundleOf(PATIENT, result({ identifier: [{ system: 'urn:lab', value: 'a|b' }] }));
    const urls = (id: string): (string | undefined)[] =>
      (mapped(bundle, id).entry ?? []).map(({ request }) => request?.url);
    expect(urls('A')).toEqual(urls('B'));
    expect(urls('A')[1]).toBe('Observation?identifier=urn%3Alab%7Ca%7Cb');
  });

  test('a resource without identifier gets one, bound to the message', () => {
    const bundle = bundleOf(PATIENT, result({ id: 'obs1' }));
    const url = (id: string): string | undefined => mapped(bundle, id).entry?.[1]?.request?.url;
    expect(url('A')).not.toBe(url('B'));
    const entry = mapped(bundle, 'A').entry?.[1];
    const [identifier] = (entry?.resource as { identifier?: { system: string; value: string }[] }).identifier ?? [];
    expect(entry?.request?.url).toBe(
      `Observation?identifier=${encodeURIComponent(`${identifier?.system ?? ''}|${identifier?.value ?? ''}`)}`,
    );
    expect(entry?.resource?.id).toBeUndefined();
  });

  test('a resource addressed at its server keeps that address as identifier', () => {
    const bundle = bundleOf(PATIENT, result({ id: '12' }));
    const second = bundle.entry?.[1];
    if (second) second.fullUrl = 'https://lab.example/fhir/Observation/12';
    const url = (id: string): string | undefined => mapped(bundle, id).entry?.[1]?.request?.url;
    expect(url('A')).toBe(url('B'));
    expect(decodeURIComponent(url('A') ?? '')).toContain('urn:ietf:rfc:3986|https://lab.example/fhir/Observation/12');
  });

  test.each([
    ['urn:uuid:00000000-0000-4000-8000-000000000000', undefined],
    ['Patient/p', 'p'],
    ['Patient/p/_history/3', 'p'],
  ])('a reference as %s finds its entry', (reference, id) => {
    const bundle = mapped(bundleOf({ ...PATIENT, ...(id && { id }) }, result({ subject: { reference } })));
    const { subject } = bundle.entry?.[1]?.resource as { subject?: { reference?: string } };
    expect(subject?.reference).toBe(bundle.entry?.[0]?.fullUrl);
  });

  test('a reference that leads out of the message names nobody at the receiver', () => {
    const bundle = mapped(bundleOf(PATIENT, result({ performer: [{ reference: 'Organization/7', display: 'Lab' }] })));
    const { performer } = bundle.entry?.[1]?.resource as { performer?: unknown };
    expect(performer).toEqual([
      {
        display: 'Lab',
        identifier: { system: expect.stringContaining('/resource') as unknown, value: 'Organization/7' },
      },
    ]);
  });

  test('what stays behind is listed with its reason', () => {
    const performer = [{ reference: 'Organization/7', identifier: { system: 'urn:o', value: '7' } }];
    const done = mapBundle(bundleOf(PATIENT, result({ id: 'o1', performer })));
    const sources = done.ok ? done.unused().map(({ source }) => source) : [];
    expect(sources.filter((source) => source.includes('.resource.'))).toEqual([
      '$.entry[1].resource.id',
      '$.entry[1].resource.performer[0].reference',
    ]);
  });

  test('a BSN by its OID and with its zero lost is the BSN everyone else writes', () => {
    const system = 'urn:oid:2.16.840.1.113883.2.4.6.3';
    const bundle = mapped(
      bundleOf({ resourceType: 'Patient', identifier: [{ system, value: '12345672' }] }, result({})),
    );
    const { identifier } = bundle.entry?.[0]?.resource as { identifier?: unknown };
    expect(identifier).toEqual([{ system: 'http://fhir.nl/fhir/NamingSystem/bsn', value: '012345672' }]);
    expect(bundle.entry?.[0]?.request?.url).toContain('%7C012345672');
  });

  test('an absolute reference elsewhere stays', () => {
    const reference = 'https://elders.example/fhir/Organization/7';
    const bundle = mapped(bundleOf(PATIENT, result({ performer: [{ reference }] })));
    expect(JSON.stringify(bundle)).toContain(reference);
  });

  test('two Patients that differ under one identifier are refused', () => {
    const done = mapBundle(bundleOf(PATIENT, { ...PATIENT, gender: 'male' }));
    expect(done.ok ? [] : done.issues.map(({ expression }) => expression)).toEqual(['Bundle.entry[1].resource']);
  });

  test('an entry that is no resource, and one fullUrl on two entries, are refused at their place', () => {
    const bundle = bundleOf(PATIENT, result({}));
    bundle.entry?.push({ fullUrl: 'urn:uuid:00000000-0000-4000-8000-000000000000', resource: result({}) }, {});
    const done = mapBundle(bundle);
    expect(done.ok ? [] : done.issues.map(({ expression }) => expression)).toEqual([
      'Bundle.entry[2].fullUrl',
      'Bundle.entry[3].resource',
    ]);
  });

  test.each(['searchset', 'history'] as const)('a %s is no message', (type) => {
    const done = mapBundle({ ...bundleOf(PATIENT, result({})), type });
    expect(done.ok ? [] : done.issues.map(({ expression }) => expression)).toEqual(['Bundle.type']);
  });

  test('nobody named: refused', () => {
    expect(mapBundle(bundleOf(result({}))).ok).toBe(false);
  });

  test('a result its report lists is a laboratory result', () => {
    const report: FhirResource = {
      resourceType: 'DiagnosticReport',
      status: 'final',
      code: { text: 'bloed' },
      result: [{ reference: 'urn:uuid:00000000-0000-4000-8000-000000000001' }],
    };
    const bundle = mapped(bundleOf(PATIENT, result({}), report));
    expect(bundle.entry?.[1]?.resource?.meta?.profile).toEqual([
      'http://nictiz.nl/fhir/StructureDefinition/nl-core-LaboratoryTestResult',
    ]);
  });
});
