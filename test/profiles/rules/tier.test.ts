import { SYSTEM, wkProfile } from '../../../profiles/canonical.ts';
import { all, found, request, tier, triage, without, type Change } from './change.ts';
import { AT } from './transfer-bundle.ts';

describe('tier', () => {
  test('in orderDetail alone, or in the triage outcome alone, is enough', () => {
    expect(found(without(AT.triage))).toEqual([]);
    expect(found(request((resource) => delete resource.orderDetail))).toEqual([]);
  });

  test('is found by the profile and by the code of the triage outcome', () => {
    const noDetail = request((resource) => delete resource.orderDetail);
    expect(
      found(
        all(
          noDetail,
          triage((outcome) => delete outcome.meta),
        ),
      ),
    ).toEqual([]);
    expect(
      found(
        all(
          noDetail,
          triage((outcome) => (outcome.code = { text: 'triage' })),
        ),
      ),
    ).toEqual([]);
    const versioned = triage((outcome) => (outcome.meta = { profile: [`${wkProfile('TriageOutcome')}|0.1.0`] }));
    expect(
      found(
        all(
          noDetail,
          versioned,
          triage((outcome) => (outcome.code = { text: 'triage' })),
        ),
      ),
    ).toEqual([]);
  });

  test.each<[string, Change, string[]]>([
    [
      'none',
      all(
        without(AT.triage),
        request((resource) => delete resource.orderDetail),
      ),
      ['wk-tier-1 at Bundle.entry[0].resource'],
    ],
    [
      'only words',
      all(
        without(AT.triage),
        request((resource) => (resource.orderDetail = [{ text: 'wijkkliniek-complex' }])),
      ),
      ['wk-tier-1 at Bundle.entry[0].resource'],
    ],
    [
      'entered in error',
      all(
        request((resource) => delete resource.orderDetail),
        triage((outcome) => (outcome.status = 'entered-in-error')),
      ),
      ['wk-tier-1 at Bundle.entry[0].resource'],
    ],
    [
      'no tier of ours',
      all(
        without(AT.triage),
        request((resource) => (resource.orderDetail = tier('wijkkliniek'))),
      ),
      ['wk-tier-2 at Bundle.entry[0].resource.orderDetail[0].coding[0].code'],
    ],
    [
      'elv',
      all(
        without(AT.triage),
        request((resource) => (resource.orderDetail = tier('elv'))),
      ),
      ['wk-tier-3 at Bundle.entry[0].resource.orderDetail[0].coding[0].code'],
    ],
    [
      'ziekenhuis',
      all(
        request((resource) => delete resource.orderDetail),
        triage((outcome) => (outcome.valueCodeableConcept = tier('ziekenhuis')[0] ?? {})),
      ),
      ['wk-tier-3 at Bundle.entry[2].resource.value.coding[0].code'],
    ],
    [
      'contradicting between request and triage',
      triage((outcome) => (outcome.valueCodeableConcept = tier('wijkkliniek-light')[0] ?? {})),
      ['wk-tier-4 at Bundle.entry[2].resource.value.coding[0].code'],
    ],
    [
      'contradicting within the request',
      all(
        without(AT.triage),
        request((resource) => (resource.orderDetail = tier('wijkkliniek-complex', 'wijkkliniek-light'))),
      ),
      ['wk-tier-4 at Bundle.entry[0].resource.orderDetail[1].coding[0].code'],
    ],
  ])('%s is refused', (_, change, issues) => {
    expect(found(change)).toEqual(issues);
  });

  test('other order details beside it are nobody else’s business', () => {
    expect(
      found(request((resource) => resource.orderDetail?.push({ coding: [{ system: SYSTEM.snomed, code: '1' }] }))),
    ).toEqual([]);
  });
});
