/** What was dispensed (RDS^O13), what was given (RAS^O17), and what a pharmacy asks (RDE^O25). */
import type {
  FhirResource,
  Medication,
  MedicationAdministration,
  MedicationDispense,
  MedicationRequest,
  Observation,
} from 'fhir/r4.js';
import { medicationV2 } from '../../mappings/medication-v2/mapping.ts';
import { ANYWHERE, finished, outputOf, parsed } from './samples.ts';

const all = <T extends FhirResource>(name: string, type: T['resourceType']): T[] =>
  (outputOf('medication-v2', name).entry ?? []).flatMap(({ resource }) =>
    resource?.resourceType === type ? [resource as T] : [],
  );
const given = (name: string): MedicationAdministration[] => all(name, 'MedicationAdministration');
const profileOf = ({ meta }: FhirResource): string | undefined => meta?.profile?.[0]?.replace(/^.*\//, '');
const treatmentOf = ({ extension }: MedicationAdministration | MedicationRequest) =>
  extension?.find(({ url }) => url.endsWith('ext-PharmaceuticalTreatment.Identifier'))?.valueIdentifier?.value;

describe('an administration', () => {
  const one = (rxa: string, orc = 'ORC|OK|M1^H', more: readonly string[] = []): MedicationAdministration => {
    const head = 'MSH|^~\\&|HIX|AMC|||20261120||RAS^O17|1|P|2.5\rPID|1||7^^^AMC^PI||Vries^A';
    const bundle = finished(medicationV2.map(parsed([head, orc, rxa, ...more].join('\r')), ANYWHERE));
    const [found] = (bundle.entry ?? []).flatMap(({ resource }) =>
      resource?.resourceType === 'MedicationAdministration' ? [resource] : [],
    );
    if (found === undefined) throw new Error('nothing given');
    return found;
  };
  const rxa = (status: string, action = ''): string =>
    `RXA|0|1|20261120080000||67903^M^PRK|1|mg${'|'.repeat(13)}${status}|${action}`;

  test.each([
    ['CP', '', 'completed'],
    ['RE', '', 'not-done'],
    ['NA', '', 'not-done'],
    ['PA', '', 'stopped'],
    ['', '', 'completed'],
    ['CP', 'D', 'entered-in-error'],
    ['CP', 'U', 'completed'],
  ])('with RXA-20 %s and RXA-21 %s is %s', (status, action, expected) => {
    expect(one(rxa(status, action)).status).toBe(expected);
  });

  test.each([
    ['', 'not-done'],
    ['CP', 'completed'],
  ])(
    'with a reason of refusal (RXA-18) and RXA-20 %s is %s: any entry there means it was not taken',
    (told, expected) => {
      const fields = `RXA|0|1|20261120080000||67903^M^PRK|1|mg${'|'.repeat(11)}PT^weigert^L||${told}`;
      expect(one(fields, 'ORC|OK|M1^H|||IP')).toMatchObject({
        status: expected,
        statusReason: [{ coding: [{ display: 'weigert' }] }],
      });
    },
  );

  test('of an amount that is no number tells it in words', () => {
    const told = one('RXA|0|1|20261120||67903^M^PRK|2,5|mg||^langzaam');
    expect(told.dosage).toBeUndefined();
    expect(told.note).toEqual([{ text: 'Dosis: 2,5 mg\nlangzaam' }]);
  });

  test('that still runs is in progress', () => {
    expect(one(rxa(''), 'ORC|OK|M1^H|||IP').status).toBe('in-progress');
    expect(given('given-infusion-running-hix')[0]?.dosage?.rateRatio?.denominator).toMatchObject({
      value: 12,
      code: 'h',
    });
  });

  test('refers to its order and belongs to the treatment of it, without telling the order anew', () => {
    const [iv] = given('given-furosemide-iv-hix');
    expect(iv?.request?.identifier?.value).toBe('MO-2026-31');
    expect(all('given-furosemide-iv-hix', 'MedicationRequest')).toEqual([]);
    const order = finished(
      medicationV2.map(
        parsed(
          'MSH|^~\\&|HIX|AMC|||20261120||RDE^O11|2|P|2.5\rPID|1||7^^^AMC^PI||Vries^A\rORC|NW|MO-2026-31^HIX\rRXE||24813^F^PRK|40||mg',
        ),
        ANYWHERE,
      ),
    ).entry?.find(({ resource }) => resource?.resourceType === 'MedicationRequest')?.resource as MedicationRequest;
    expect(iv && treatmentOf(iv)).toBe(treatmentOf(order));
  });

  test('by another route than oral claims our own profile, as an agreement does', () => {
    expect(given('given-furosemide-iv-hix').map(profileOf)).toEqual(['wk-MedicationAdministration']);
    expect(given('given-oral-several-epic').map(profileOf)).toEqual(Array(3).fill('mp-MedicationAdministration2'));
  });

  test('is one of several of one order, each with its own identifier; taken back, it is the same one', () => {
    const ids = given('given-oral-several-epic').map(({ identifier }) => identifier?.[0]?.value);
    expect(new Set(ids).size).toBe(3);
    const [told, takenBack] = ['given-furosemide-iv-hix', 'given-taken-back-hix'].map((name) => given(name)[0]);
    expect(takenBack?.identifier).toEqual(told?.identifier);
    expect(takenBack?.status).toBe('entered-in-error');
  });

  test('twice alike in one message is two', () => {
    const head = 'MSH|^~\\&|HIX|AMC|||20261120||RAS^O17|1|P|2.5\rPID|1||7^^^AMC^PI||Vries^A\rORC|OK|M1';
    const bundle = finished(medicationV2.map(parsed([head, rxa('CP'), rxa('CP')].join('\r')), ANYWHERE));
    expect(bundle.entry?.filter(({ resource }) => resource?.resourceType === 'MedicationAdministration')).toHaveLength(
      2,
    );
  });

  test('carries its lot, what was measured before it, and the reason it was refused', () => {
    expect(all<Medication>('given-furosemide-iv-hix', 'Medication')[0]?.batch?.lotNumber).toBe('LOT77A');
    expect(all<Observation>('given-furosemide-iv-hix', 'Observation')[0]?.valueQuantity?.value).toBe(132);
    expect(given('given-oral-several-epic')[1]).toMatchObject({
      status: 'not-done',
      statusReason: [{ text: 'Patiënt weigert' }],
    });
  });

  test('of an unknown amount has no dose: 999 is no number of milligrams', () => {
    expect(one('RXA|0|1|20261120||67903^M^PRK|999').dosage).toBeUndefined();
    expect(one('RXA|0|1|20261120||67903^M^PRK|999|mg').dosage?.dose?.value).toBe(999);
  });
});

describe('a dispense', () => {
  const dispensed = (name: string): MedicationDispense | undefined =>
    all<MedicationDispense>(name, 'MedicationDispense')[0];

  test('says what was handed over, and how it is to be used', () => {
    expect(dispensed('dispensed-amoxicillin-pharmacy')).toMatchObject({
      status: 'completed',
      quantity: { value: 21 },
      whenHandedOver: '2026-11-20T17:15:00+01:00',
      authorizingPrescription: [{ identifier: { value: 'MO-2026-60' } }],
      note: [{ text: 'Kuur afmaken\nMeegegeven met het vervoer' }],
      dosageInstruction: [
        { timing: { repeat: { frequency: 3, boundsPeriod: { start: '2026-11-20', end: '2026-11-27' } } } },
      ],
      substitution: { wasSubstituted: true },
    });
  });

  test('of one product in two parts carries the instruction with each', () => {
    const both = all<MedicationDispense>('dispensed-two-lots-pharmacy', 'MedicationDispense');
    expect(both.map(({ quantity }) => quantity?.value)).toEqual([12, 9]);
    const [first, second] = both.map(({ dosageInstruction }) => dosageInstruction);
    expect(first).toMatchObject([
      { timing: { repeat: { frequency: 3 } }, doseAndRate: [{ doseQuantity: { value: 1 } }] },
    ]);
    expect(second).toEqual(first);
  });

  test('of two products for one order carries the words with each, and the dose with neither', () => {
    const both = all<MedicationDispense>('dispensed-two-strengths-pharmacy', 'MedicationDispense');
    const words = [{ text: '3 maal daags 1 capsule, 7 dagen' }];
    expect(both.map(({ dosageInstruction }) => dosageInstruction)).toEqual([words, words]);
  });

  test('that did not take place is the same one, cancelled, with the reason', () => {
    const cancelled = dispensed('dispense-cancelled-pharmacy');
    expect(cancelled).toMatchObject({ status: 'cancelled', statusReasonCodeableConcept: { text: 'Niet opgehaald' } });
    expect(cancelled?.identifier).toEqual(dispensed('dispensed-amoxicillin-pharmacy')?.identifier);
  });
});

test('a refill that is asked for is a proposal, based on the agreement, which stays as it is', () => {
  const requests = all<MedicationRequest>('refill-asked-pharmacy', 'MedicationRequest');
  expect(requests).toHaveLength(1);
  expect(requests.map(profileOf)).toEqual(['mp-DispenseRequest']);
  expect(requests[0]).toMatchObject({
    status: 'active',
    intent: 'plan',
    basedOn: [{ identifier: { value: 'MO-2026-40' } }],
    dispenseRequest: { quantity: { value: 90 }, numberOfRepeatsAllowed: 1 },
  });
});

test('two refills asked for one order at one moment are two proposals, each with its product', () => {
  const head = 'MSH|^~\\&|APO|A|||20261120||RDE^O25|1|P|2.5\rPID|1||7^^^AMC^PI||Vries^A';
  const group = (product: string): string => `ORC|RF|M1^H|||||||20261120080000\rRXE||${product}`;
  const text = [head, group('12345^F^PRK'), group('67903^M^PRK')].join('\r');
  const bundle = finished(medicationV2.map(parsed(text), ANYWHERE));
  const requests = (bundle.entry ?? []).flatMap(({ resource }) =>
    resource?.resourceType === 'MedicationRequest' ? [resource] : [],
  );
  expect(new Set(requests.map(({ identifier }) => identifier?.[0]?.value)).size).toBe(2);
  expect(new Set(requests.map(({ medicationReference }) => medicationReference?.reference)).size).toBe(2);
  expect(requests.map(({ basedOn }) => basedOn?.[0]?.identifier?.value)).toEqual(['M1', 'M1']);
});
