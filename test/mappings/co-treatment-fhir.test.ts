import type { Communication, FhirResource } from 'fhir/r4.js';
import { wkProfile } from '../../profiles/canonical.ts';
import { mapSample, outputOf, proveSample } from './samples.ts';

const resources = (name: string): FhirResource[] =>
  (outputOf('co-treatment-fhir', name).entry ?? []).flatMap(({ resource }) =>
    resource === undefined ? [] : [resource],
  );
const found = <T extends FhirResource>(name: string, type: T['resourceType']): T => {
  const one = resources(name).find(({ resourceType }) => resourceType === type);
  if (one === undefined) throw new Error(`no ${type}`);
  return one as T;
};
const faults = (name: string): string[] => {
  const mapped = mapSample('co-treatment-fhir', name);
  return mapped.ok ? [] : mapped.issues.map(({ rule, expression }) => `${rule} at ${expression}`);
};

describe('a question', () => {
  test('claims the profile of a co-treatment request, and its Task leads to it', () => {
    expect(found('amsterdam-question', 'ServiceRequest').meta?.profile).toEqual([wkProfile('CoTreatmentRequest')]);
    const entries = outputOf('co-treatment-fhir', 'amsterdam-question').entry ?? [];
    const question = entries.find(({ resource }) => resource?.resourceType === 'ServiceRequest');
    expect(found('amsterdam-question', 'Task')).toMatchObject({ focus: { reference: question?.fullUrl } });
  });

  test('in codes alone is a question, though the profile wants words', () => {
    expect(found('question-in-codes', 'ServiceRequest').meta?.profile).toBeUndefined();
  });

  test('that is withdrawn need not be asked again', () => {
    expect(proveSample('co-treatment-fhir', 'question-withdrawn').result.resourceType).toBe('Bundle');
  });

  test.each([
    [
      'refused-no-requester-no-question',
      [
        'wk-cotreatment-requester at Bundle.entry[1].resource.requester',
        'wk-cotreatment-2 at Bundle.entry[1].resource.reasonCode',
      ],
    ],
    ['refused-two-questions', ['wk-cotreatment at Bundle.entry[3].resource']],
    ['refused-draft-task', ['wk-task-2 at Bundle.entry[3].resource.status']],
    ['refused-other-patient', ['one-patient at Bundle.entry[2].resource.subject']],
  ])('%s: located where the sender wrote it', (name, expected) => {
    expect(faults(name)).toEqual(expected);
  });
});

describe('an answer', () => {
  test('refers to its question by the identifier the asker knows', () => {
    const { inResponseTo, sender } = found<Communication>('amsterdam-answer-message', 'Communication');
    expect(inResponseTo?.[0]?.identifier).toEqual({ system: 'https://ecd.example.org/vraag', value: 'V-771' });
    expect(sender?.reference).toBeUndefined();
    expect(sender?.identifier?.value).toBe('PractitionerRole/geriater-7');
  });

  test('a question that is not in the message stays a logical reference', () => {
    const { inResponseTo } = found<Communication>('nijmegen-consult-note', 'Communication');
    expect(inResponseTo?.[0]?.reference).toBeUndefined();
    expect(inResponseTo?.[0]?.identifier?.value).toBe('ServiceRequest/881');
  });

  test('a consult note claims its profile', () => {
    expect(found('nijmegen-consult-note', 'Composition').meta?.profile).toEqual([wkProfile('ConsultComposition')]);
  });

  test('that says nothing is refused, one that says why not is taken', () => {
    expect(faults('refused-empty-answer')).toEqual(['wk-answer-1 at Bundle.entry[1].resource.payload']);
    expect(faults('answer-declined')).toEqual([]);
  });
});
