import { checkRules } from '../../../profiles/rules.ts';
import { all, at, found, request, without, type Change } from './change.ts';
import { AT, transferBundle } from './transfer-bundle.ts';

describe('what a nurse would miss', () => {
  const measuredAt = (time: string) =>
    at('Observation', AT.heartRate, (observation) => (observation.effectiveDateTime = time));

  test.each<[string, Change, string]>([
    ['no-allergy-statement', without(AT.allergy), 'Bundle'],
    ['no-medication-statement', without(AT.medication), 'Bundle'],
    ['no-treatment-directive', without(AT.directive), 'Bundle'],
    ['no-recent-vital-signs', without(AT.heartRate), 'Bundle'],
    ['no-recent-vital-signs', measuredAt('2026-11-20T13:04:59+01:00'), 'Bundle'],
    [
      'no-recent-vital-signs',
      at('Observation', AT.heartRate, (observation) => (observation.status = 'entered-in-error')),
      'Bundle',
    ],
    ['no-recent-vital-signs', request((resource) => delete resource.authoredOn), 'Bundle'],
    ['no-contact-person', without(AT.contact), 'Bundle.entry[1].resource'],
  ])('%s warns and does not refuse', (rule, change, expression) => {
    expect(checkRules(transferBundle(change))).toMatchObject([
      { severity: 'warning', rule, expression, code: 'informational' },
    ]);
  });

  test('vital signs of an hour ago, in another zone, are recent', () => {
    expect(found(measuredAt('2026-11-20T12:05:00Z'))).toEqual([]);
  });

  test('the Task tells when the transfer was asked for where the ServiceRequest does not', () => {
    expect(
      found(
        all(
          request((resource) => delete resource.authoredOn),
          (resources) =>
            resources.push({
              resourceType: 'Task',
              status: 'requested',
              intent: 'order',
              authoredOn: '2026-11-20T14:05:00+01:00',
            }),
        ),
      ),
    ).toEqual([]);
  });

  test('a contact within the Patient is a contact person', () => {
    expect(
      found(
        all(
          without(AT.contact),
          at('Patient', AT.patient, (patient) => (patient.contact = [{ name: { text: 'dochter' } }])),
        ),
      ),
    ).toEqual([]);
  });

  test('a Bundle that asks for no transfer is warned of nothing', () => {
    expect(found(request((resource) => (resource.code = { text: 'bloedonderzoek' })))).toEqual([]);
  });
});
