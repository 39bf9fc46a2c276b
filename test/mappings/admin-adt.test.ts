import type { AllergyIntolerance, Bundle, Encounter, Patient } from 'fhir/r4.js';
import { adminAdt } from '../../mappings/admin-adt/mapping.ts';
import { mergesOf } from '../../mappings/admin-adt/merge.ts';
import { ANYWHERE, finished, outputOf, parsed, v2Sample } from './samples.ts';

const all = <T>(bundle: Bundle, type: string): T[] =>
  (bundle.entry ?? []).flatMap(({ resource }) => (resource?.resourceType === type ? [resource as T] : []));

describe('a stay', () => {
  const stay = (event: string, pv1: string, controlId = '1'): Encounter | undefined =>
    all<Encounter>(
      finished(
        adminAdt.map(
          parsed(`MSH|^~\\&|A|B|||20261120||ADT^${event}|${controlId}|P|2.4\rPID|1||7^^^AMC^PI||Vries^A\r${pv1}\r`),
          ANYWHERE,
        ),
      ),
      'Encounter',
    )[0];

  test.each([
    ['A01', 'PV1|1|E', 'in-progress'],
    ['A04', 'PV1|1|O', 'in-progress'],
    ['A03', 'PV1|1|E', 'finished'],
    ['A08', 'PV1|1|I', 'in-progress'],
    ['A02', 'PV1|1|I', 'in-progress'],
    ['A12', 'PV1|1|E', 'in-progress'],
    ['A11', 'PV1|1|I', 'cancelled'],
    ['A13', `PV1|1|I${'|'.repeat(43)}20261120`, 'in-progress'],
  ])('after %s with %s is %s', (event, pv1, status) => {
    expect(stay(event, pv1)?.status).toBe(status);
  });

  test('after A08 is finished when PV1-45 says when', () => {
    expect(stay('A08', `PV1|1|I${'|'.repeat(43)}20261120`)?.status).toBe('finished');
  });

  const sampled = (name: string) => all<Encounter>(outputOf('admin-adt', name), 'Encounter')[0];

  test('after A13 has no end, and an end that was told before is taken away', () => {
    for (const name of ['a13-discharge-cancelled-hix', 'a13-discharge-cancelled-says-when-epic']) {
      const reopened = sampled(name);
      expect(reopened?.period?.end).toBeUndefined();
      expect(reopened?.hospitalization?.dischargeDisposition).toBeUndefined();
      expect(reopened?.location?.[0]?.status).toBe('active');
    }
    const told = sampled('a13-discharge-cancelled-hix')?.extension?.[0]?.extension?.map(
      ({ valueString }) => valueString,
    );
    expect(told).toEqual(['PV1-45', '""']);
  });

  test('after A02 is at the new place, after A12 at the old one again, after A11 at none', () => {
    const place = (name: string) => {
      const bundle = outputOf('admin-adt', name);
      const [location] = all<{ name: string }>(bundle, 'Location');
      return [location?.name, all<Encounter>(bundle, 'Encounter')[0]?.location?.[0]?.status];
    };
    expect(place('a02-transfer-hix')).toEqual(['AOA, A3, B2, AMC', 'active']);
    expect(place('a12-transfer-cancelled-hix')).toEqual(['SEH, K2, B1, AMC', 'active']);
    expect(place('a11-admission-cancelled-epic')[1]).toBeUndefined();
    expect(sampled('a12-transfer-cancelled-hix')?.identifier).toEqual(sampled('a02-transfer-hix')?.identifier);
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
    expect(mergesOf(v2Sample('admin-adt', 'a40-merge'), ANYWHERE)).toEqual([
      {
        surviving: { bsn: '999911120', numbers: [{ assigner: system, value: '4109590' }] },
        retired: { bsn: null, numbers: [{ assigner: system, value: '9900123' }] },
      },
    ]);
    expect(mergesOf(v2Sample('admin-adt', 'a40-two-bsns'), ANYWHERE)[0]?.retired.bsn).toBe('999990019');
    expect(mergesOf(v2Sample('admin-adt', 'a40-two-merges'), ANYWHERE)).toHaveLength(2);
    expect(mergesOf(v2Sample('admin-adt', 'refused-merge-with-itself'), ANYWHERE)).toEqual([]);
    expect(mergesOf(v2Sample('admin-adt', 'a08-change-with-deletion'), ANYWHERE)).toEqual([]);
  });

  test('makes the patient that goes inactive, unless both are known by one BSN', () => {
    const [surviving, retired] = all<Patient>(outputOf('admin-adt', 'a40-merge'), 'Patient');
    expect(surviving?.link?.[0]).toMatchObject({ type: 'replaces', other: { identifier: { value: '9900123' } } });
    expect(retired).toMatchObject({ active: false, link: [{ type: 'replaced-by' }] });
    expect(surviving?.active).toBeUndefined();
    expect(all<Patient>(outputOf('admin-adt', 'a40-same-bsn'), 'Patient')).toHaveLength(1);
  });
});

describe('a deletion', () => {
  test('leaves the element out and names the place; an empty field says nothing', () => {
    const [patient] = all<Patient>(outputOf('admin-adt', 'a08-change-with-deletion'), 'Patient');
    expect(patient?.telecom).toBeUndefined();
    const told = (patient?.extension ?? []).map(({ extension }) => extension?.map(({ valueString }) => valueString));
    expect(told).toEqual([
      ['PID-13', '""'],
      ['NK1-5', '""'],
    ]);
  });
});

test('an allergy whose allergen is taken away (HL7 null) is not one in force', () => {
  const allergies = (al1: string) =>
    all<AllergyIntolerance>(
      finished(
        adminAdt.map(
          parsed(`MSH|^~\\&|A|B|||20261120||ADT^A08|1|P|2.4\rPID|1||7^^^AMC^PI||Vries^A\rPV1|1|I\r${al1}\r`),
          ANYWHERE,
        ),
      ),
      'AllergyIntolerance',
    );
  const [gone] = allergies('AL1|1|DA|""');
  expect(gone?.clinicalStatus).toBeUndefined();
  expect(gone?.verificationStatus?.coding?.[0]?.code).toBe('entered-in-error');
  expect(gone?.extension?.[0]?.extension?.map(({ valueString }) => valueString)).toEqual(['AL1-3', '""']);
  expect(allergies('AL1|1|DA|||Anafylaxie')[0]).toMatchObject({
    clinicalStatus: { coding: [{ code: 'active' }] },
    reaction: [{ manifestation: [{ text: 'Anafylaxie' }] }],
  });
});
