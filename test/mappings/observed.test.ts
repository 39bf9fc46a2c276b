import type { Bundle, FhirResource, Observation } from 'fhir/r4.js';
import { adminAdt } from '../../mappings/admin-adt/mapping.ts';
import { toBundle } from '../../mappings/bundle.ts';
import { parseMessage } from '../../mappings/hl7v2/parse.ts';
import { ANY_SOURCE } from '../../mappings/mapping.ts';

function observations(...obx: string[]): Observation[] {
  const text = ['MSH|^~\\&|A|B|||20261120||ADT^A08|1|P|2.5', 'PID|1||7^^^AMC^PI', ...obx].join('\r');
  const parsed = parseMessage(Buffer.from(text), ANY_SOURCE.charset);
  if (!parsed.ok) throw new Error('unreadable');
  const mapped = adminAdt.map(parsed.message, { source: ANY_SOURCE, region: null });
  if (!mapped.ok) throw new Error('refused');
  const bundle: Bundle<FhirResource> = toBundle(mapped);
  return (bundle.entry ?? []).flatMap(({ resource }) => (resource?.resourceType === 'Observation' ? [resource] : []));
}
const sign = (code: string, value: string, unit: string, at = '202611201340', type = 'NM'): string =>
  `OBX|1|${type}|${code}^^LN||${value}|${unit}|||||F|||${at}`;
const profiles = (found: readonly Observation[]): (string | undefined)[] =>
  found.map(({ meta }) => meta?.profile?.[0]?.split('/').at(-1));

describe('a vital sign in an HL7 v2 message', () => {
  test('claims nl-core when code, unit and moment are what the profile asks', () => {
    expect(profiles(observations(sign('8867-4', '92', '/min')))).toEqual(['nl-core-HeartRate']);
    expect(profiles(observations(sign('29463-7', '71.50', 'kg')))).toEqual(['nl-core-BodyWeight']);
  });

  test('is understood in the words nurses use for a rate', () => {
    expect(observations(sign('8867-4', '92', 'bpm'))[0]?.valueQuantity).toEqual({
      value: 92,
      unit: 'bpm',
      system: 'http://unitsofmeasure.org',
      code: '/min',
    });
  });

  test.each([
    ['an unknown unit', sign('8867-4', '92', 'beats')],
    ['no moment', sign('8867-4', '92', '/min', '')],
    ['no number', sign('8867-4', 'hoog', '/min')],
    ['text instead of a number', sign('8867-4', '92', '/min', '202611201340', 'ST')],
    ['a score with a half', sign('72514-3', '2.5', '')],
  ])('with %s travels as sent, without the claim', (_, obx) => {
    const found = observations(obx);
    expect(profiles(found)).toEqual([undefined]);
    expect(JSON.stringify(found)).toContain(obx.split('|')[5]);
  });

  test('systolic and diastolic of one moment are one blood pressure', () => {
    const found = observations(sign('8480-6', '128', 'mm[Hg]'), sign('8462-4', '74', 'mm[Hg]'));
    expect(profiles(found)).toEqual(['nl-core-BloodPressure']);
    expect(found[0]?.component?.map(({ valueQuantity }) => valueQuantity?.value)).toEqual([128, 74]);
  });

  test('pressures of two moments, or three of one, stand alone: which belong together is not told', () => {
    const later = sign('8462-4', '74', 'mm[Hg]', '202611201400');
    expect(observations(sign('8480-6', '128', 'mm[Hg]'), later)).toHaveLength(2);
    const three = [sign('8480-6', '128', 'mm[Hg]'), sign('8480-6', '130', 'mm[Hg]'), sign('8462-4', '74', 'mm[Hg]')];
    expect(observations(...three)).toHaveLength(3);
  });

  test('twice under one code and moment is two observations', () => {
    const values = observations(sign('8867-4', '92', '/min'), sign('8867-4', '95', '/min'));
    expect(values.map(({ valueQuantity }) => valueQuantity?.value)).toEqual([92, 95]);
    expect(new Set(values.map(({ identifier }) => identifier?.[0]?.value)).size).toBe(2);
  });
});
