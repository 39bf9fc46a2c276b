import type { Ledger, PatientKeys } from '../../../../gateway/ledger/ledger.ts';
import { ContradictingKeys } from '../../../../gateway/ledger/ledger.ts';
import { BSN, message, NOBODY, NOW, OTHER_BSN } from '../samples.ts';

const numbered = (value: string, assigner = 'epd') => ({ assigner, value });
const keys = (bsn: string | null, ...values: string[]): PatientKeys => ({
  bsn,
  numbers: values.map((value) => numbered(value)),
});

export function describePatients(ledger: () => Ledger): void {
  const find = (given: PatientKeys) => ledger().write((tx) => tx.findPatient(given));
  const link = (given: PatientKeys, patient: string | null = null) =>
    ledger().write((tx) => tx.linkPatient(patient, given));

  describe('a patient', () => {
    test('is nobody until linked', async () => {
      expect(await find(keys(BSN, '12'))).toEqual({ kind: 'none' });
      expect(await find(NOBODY)).toEqual({ kind: 'none' });
    });

    test('is known by each linked key, and by nothing else', async () => {
      const patient = await link(keys(BSN, '12'));
      for (const given of [keys(BSN, '12'), keys(BSN), keys(null, '12'), keys(BSN, '99'), keys(null, '99', '12')]) {
        expect(await find(given)).toEqual({ kind: 'one', patient });
      }
      expect(await find(keys(OTHER_BSN))).toEqual({ kind: 'none' });
      expect(await find({ bsn: null, numbers: [numbered('12', 'another hospital')] })).toEqual({ kind: 'none' });
    });

    test('linked again is the same, with the new keys beside the old', async () => {
      const patient = await link(keys(BSN, '12'));
      expect(await link(keys(BSN, '13'))).toBe(patient);
      expect(await find(keys(null, '13'))).toEqual({ kind: 'one', patient });
      expect(await find(keys(null, '12'))).toEqual({ kind: 'one', patient });
    });

    test('known by number alone gets the BSN when it is told', async () => {
      const patient = await link(keys(null, '12'));
      expect(await find(keys(BSN, '12'))).toEqual({ kind: 'one', patient });
      expect(await link(keys(BSN, '12'))).toBe(patient);
      expect(await find(keys(BSN))).toEqual({ kind: 'one', patient });
    });

    test('is never guessed: keys of two patients contradict', async () => {
      await link(keys(BSN, '12'));
      await link(keys(OTHER_BSN, '13'));
      expect(await find(keys(BSN, '13'))).toMatchObject({ kind: 'contradiction' });
      expect(await find(keys(null, '12', '13'))).toMatchObject({ kind: 'contradiction' });
    });

    test('is never guessed: a number linked to another BSN contradicts, also when that BSN is nobody yet', async () => {
      await link(keys(BSN, '12'));
      const found = await find(keys(OTHER_BSN, '12'));
      expect(found).toMatchObject({ kind: 'contradiction' });
      expect(JSON.stringify(found)).not.toMatch(/9999/);
    });

    test('keeps its keys: linking what contradicts is refused and changes nothing', async () => {
      const patient = await link(keys(BSN, '12'));
      const other = await link(keys(OTHER_BSN, '13'));
      await expect(link(keys(BSN, '13'))).rejects.toThrow(ContradictingKeys);
      await expect(link(keys(OTHER_BSN), patient)).rejects.toThrow(ContradictingKeys);
      await expect(link(keys(null, '13'), patient)).rejects.toThrow(ContradictingKeys);
      expect(await find(keys(null, '13'))).toEqual({ kind: 'one', patient: other });
    });
  });

  describe('within one unit, a patient', () => {
    test('who was nobody is found once linked, under keys asked for before', async () => {
      await ledger().write(async (tx) => {
        expect(await tx.findPatient(keys(null, '12'))).toEqual({ kind: 'none' });
        const patient = await tx.linkPatient(null, keys(null, '12'));
        expect(await tx.findPatient(keys(null, '12'))).toEqual({ kind: 'one', patient });
        expect(await tx.findPatient(keys(BSN, '12'))).toEqual({ kind: 'one', patient });
        await tx.linkPatient(patient, keys(BSN));
        expect(await tx.findPatient(keys(OTHER_BSN, '12'))).toMatchObject({ kind: 'contradiction' });
        await expect(tx.linkPatient(patient, keys(OTHER_BSN))).rejects.toThrow(ContradictingKeys);
      });
    });

    test('is the surviving one after a merge, and a link of before does not come back', async () => {
      const gone = await link(keys(null, '13'));
      await ledger().write(async (tx) => {
        const patient = await tx.linkPatient(null, keys(BSN, '12'));
        expect(await tx.findPatient(keys(null, '13'))).toEqual({ kind: 'one', patient: gone });
        expect(await tx.findPatient(keys(null, '12', '13'))).toMatchObject({ kind: 'contradiction' });
        await tx.mergePatients(patient, gone);
        expect(await tx.findPatient(keys(null, '13'))).toEqual({ kind: 'one', patient });
        expect(await tx.findPatient(keys(null, '12', '13'))).toEqual({ kind: 'one', patient });
        expect(await tx.findPatient(keys(OTHER_BSN, '13'))).toMatchObject({ kind: 'contradiction' });
      });
    });

    test('is not known from a unit that was undone', async () => {
      const given = keys(BSN, '12');
      const undone = ledger().write(async (tx) => {
        await tx.linkPatient(null, given);
        throw new Error('a bug');
      });
      const next = ledger().write((tx) => tx.findPatient(given));
      await expect(undone).rejects.toThrow('a bug');
      expect(await next).toEqual({ kind: 'none' });
    });
  });

  describe('held messages', () => {
    const hold = async (given: PatientKeys, receivedAt = NOW) => {
      const m = message({ status: 'held', patientKeys: given, receivedAt });
      await ledger().write((tx) => tx.insertMessage(m));
      return m.id;
    };

    test('fit a patient by any key, in order of receipt', async () => {
      const second = await hold(keys(BSN));
      const third = await hold(keys(null, '12'));
      const first = await hold(keys(BSN, '12'), '2026-11-20T13:00:00.000Z');
      await hold(keys(OTHER_BSN, '13'));
      await ledger().write((tx) => tx.insertMessage(message({ patientKeys: keys(BSN) })));
      const patient = await link(keys(BSN, '12'));
      const held = await ledger().write((tx) => tx.heldFor(patient));
      expect(held.map(({ id }) => id)).toEqual([first, second, third]);
    });

    test.each<[string, PatientKeys, boolean]>([
      ['the same keys', keys(BSN, '12'), false],
      ['a number not linked yet', keys(BSN, '77'), false],
      ['another BSN under the same number', keys(OTHER_BSN, '12'), true],
      ['the number of another patient', keys(BSN, '13'), true],
    ])('contradict the patient or not: %s', async (_name, given, contradicting) => {
      const id = await hold(given);
      const patient = await link(keys(BSN, '12'));
      await link(keys(null, '13'));
      expect(await ledger().write((tx) => tx.contradicts(id, patient))).toBe(contradicting);
    });
  });
}
