import { constant, Copied, derived, Leaf } from '../../mappings/draft.ts';
import { sourceOf } from '../../mappings/locate.ts';
import type { Mapped } from '../../mappings/mapping.ts';

const from = (path: string) => new Leaf('x', { path: () => path }, 'rule');
const mappedOf = (...resources: object[]): Mapped => ({
  ok: true,
  mapping: { id: 'test', version: '1.0.0' },
  entries: resources.map((resource) => ({ resource, fullUrl: 'urn:uuid:1', url: 'Patient?identifier=1' })),
  warnings: [],
  unused: () => [],
});

describe('a finding about the output is located in the words of the sender', () => {
  const v2 = mappedOf({
    resourceType: constant('Patient'),
    identifier: [{ system: constant('s'), value: from('PID-3[2].1') }],
    name: [{ family: from('PID-5.1'), given: [from('PID-5.2')] }],
    birthDate: from('PID-7'),
  });

  test('a leaf by its own source', () => {
    expect(sourceOf(v2, 'Bundle.entry[0].resource.identifier[0].value')).toBe('PID-3[2].1');
  });

  test('an element by what its leaves have in common', () => {
    expect(sourceOf(v2, 'Bundle.entry[0].resource.name[0]')).toBe('PID-5');
    expect(sourceOf(v2, 'Bundle.entry[0].resource')).toBe('PID');
  });

  test('a missing element, and one the mapping itself laid down, by what stands around it', () => {
    expect(sourceOf(v2, 'Bundle.entry[0].resource.identifier[0].system')).toBe('PID-3[2].1');
    expect(sourceOf(v2, 'Bundle.entry[0].resource.name[0].period')).toBe('PID-5');
    expect(sourceOf(v2, 'Bundle.entry[0].resource.gender')).toBe('PID');
  });

  test('entry 1 is not entry 10', () => {
    const many = mappedOf(...Array.from({ length: 11 }, (_, index) => ({ status: from(`OBX[${index + 1}]-11`) })));
    expect(sourceOf(many, 'Bundle.entry[1].resource')).toBe('OBX[2]-11');
    expect(sourceOf(many, 'Bundle.entry[10].resource')).toBe('OBX[11]-11');
    expect(sourceOf(many, 'Bundle')).toBe('OBX');
  });

  test('a choice type by its FHIRPath name', () => {
    const json = mappedOf({
      valueQuantity: { value: from('$.vitalSigns[0].value'), unit: from('$.vitalSigns[0].unit') },
    });
    expect(sourceOf(json, 'Bundle.entry[0].resource.value.unit')).toBe('$.vitalSigns[0].unit');
    expect(sourceOf(json, 'Bundle.entry[0].resource.value')).toBe('$.vitalSigns[0]');
  });

  test('what came as FHIR by the FHIRPath of the Bundle that came in', () => {
    const fhir = mappedOf(
      { status: derived('x', 'rule') },
      { code: new Copied({ coding: [{ code: 'x' }] }, '$.entry[7].resource.code', 'rule') },
    );
    expect(sourceOf(fhir, 'Bundle.entry[1].resource.code.coding[0].code')).toBe(
      'Bundle.entry[7].resource.code.coding[0].code',
    );
  });

  test('what has no source at all keeps its place in the output', () => {
    expect(sourceOf(mappedOf({ status: constant('final') }), 'Bundle.entry[0].resource.status')).toBe(
      'Bundle.entry[0].resource.status',
    );
  });
});
