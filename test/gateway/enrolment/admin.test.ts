import { linkByAdmin } from '../../../gateway/enrolment/admin.ts';
import type { PatientKeys } from '../../../gateway/ledger/ledger.ts';
import { BSN, OTHER_BSN } from '../ledger/samples.ts';
import { openTemporary } from '../ledger/sqlite/open-temporary.ts';

const numbered = (value: string): PatientKeys => ({ bsn: null, numbers: [{ assigner: 'AMC', value }] });

test('of an A40 with two merges nothing is done when the second contradicts', async () => {
  const ledger = await openTemporary();
  try {
    await ledger.write(async (tx) => {
      for (const number of ['1', '2']) await tx.linkPatient(null, numbered(number));
    });
    const good = { surviving: numbered('1'), retired: numbered('2') };
    const bad = { surviving: { ...numbered('3'), bsn: BSN }, retired: { ...numbered('4'), bsn: OTHER_BSN } };
    const text = await ledger.write((tx) => linkByAdmin(tx, numbered('1'), [good, bad]));
    expect(text).toBe('the merge joins two BSNs');
    const found = await ledger.write((tx) => Promise.all(['1', '2', '3'].map((one) => tx.findPatient(numbered(one)))));
    const [one, two, three] = found.map((each) => (each.kind === 'one' ? each.patient : each.kind));
    expect(one).not.toBe(two);
    expect(three).toBe('none');
  } finally {
    await ledger.close();
  }
});
