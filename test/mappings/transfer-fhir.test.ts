import type { Bundle, FhirResource, ServiceRequest, Task } from 'fhir/r4.js';
import { WK_TASK } from '../../profiles/canonical.ts';
import { AMSTERDAM } from './coalition.ts';
import { ANYWHERE, outputOf } from './samples.ts';

const only = <T extends FhirResource>(bundle: Bundle<FhirResource>, type: T['resourceType']): T => {
  const [one, ...more] = (bundle.entry ?? []).flatMap(({ resource }) =>
    resource?.resourceType === type ? [resource] : [],
  );
  expect(more).toEqual([]);
  return one as T;
};

describe('the Task of a transfer in FHIR', () => {
  test('is made when the sender gives none: requested, about the request and its patient', () => {
    const bundle = outputOf('transfer-fhir', 'amsterdam-pneumonia', {
      source: AMSTERDAM.source,
      region: AMSTERDAM.region,
    });
    const task = only<Task>(bundle, 'Task');
    expect(task.status).toBe('requested');
    const named = (reference: string | undefined) =>
      bundle.entry?.find(({ fullUrl }) => fullUrl === reference)?.resource;
    expect(named(task.focus?.reference)?.resourceType).toBe('ServiceRequest');
    expect(named(task.for?.reference)?.resourceType).toBe('Patient');
    expect(task.requester?.identifier?.value).toBe('00001234');
    expect(task.owner?.identifier?.value).toBe('00005678');
    expect(task.authoredOn).toBe('2026-11-20T15:00:00+01:00');
  });

  test('of the sender keeps its content and its own identifier beside the one of the gateway', () => {
    const context = { ...ANYWHERE, taskId: 'hosted-1' };
    const task = only<Task>(outputOf('transfer-fhir', 'zaandam-message-with-task', context), 'Task');
    expect(task.identifier).toEqual([
      { system: WK_TASK, value: 'hosted-1' },
      { system: 'https://epd.example.org/task', value: 'T-77' },
    ]);
    expect(task.description).toBe('Opname voor furosemide i.v.');
    expect(task.requester?.identifier?.value).toBe('00004321');
    expect(task.status).toBe('requested');
  });

  test('begins as in-progress where the wijkkliniek does not negotiate', () => {
    const wijkklinieken = AMSTERDAM.region.wijkklinieken.map((one) => ({ ...one, negotiation: false }));
    const context = { source: AMSTERDAM.source, region: { ...AMSTERDAM.region, wijkklinieken } };
    expect(only<Task>(outputOf('transfer-fhir', 'amsterdam-pneumonia', context), 'Task').status).toBe('in-progress');
  });
});

describe('the request of a transfer in FHIR', () => {
  test('that names no wijkkliniek is meant for the only one of the region', () => {
    const context = { source: AMSTERDAM.source, region: AMSTERDAM.region };
    const request = only<ServiceRequest>(outputOf('transfer-fhir', 'amsterdam-pneumonia', context), 'ServiceRequest');
    expect(request.locationReference?.map(({ identifier }) => identifier?.value)).toEqual(['wijkkliniek-amsterdam']);
  });

  test('that names one keeps it, known to the region or not', () => {
    const context = { source: AMSTERDAM.source, region: AMSTERDAM.region };
    const request = only<ServiceRequest>(
      outputOf('transfer-fhir', 'zaandam-message-with-task', context),
      'ServiceRequest',
    );
    expect(request.locationReference?.map(({ identifier }) => identifier?.value)).toEqual(['wijkkliniek-zaandam']);
  });
});
