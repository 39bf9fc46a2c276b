import { join } from 'node:path';
import type { Bundle, FhirResource, ServiceRequest, Task } from 'fhir/r4.js';
import { explainBundle, toBundle } from '../../mappings/bundle.ts';
import { ANY_SOURCE, type MappingContext } from '../../mappings/mapping.ts';
import { transferFhir } from '../../mappings/transfer-fhir/mapping.ts';
import { WK_TASK } from '../../profiles/canonical.ts';
import { AMSTERDAM, leavesOf } from './transfer-facts.ts';
import { expectGolden, prove, read, samplesOf } from './transfer-samples.ts';

const SAMPLES = join(__dirname, '../../mappings/transfer-fhir/samples');
const anywhere: MappingContext = { source: ANY_SOURCE, region: null };
const sample = (name: string): Bundle => read(join(SAMPLES, name, 'input.json')) as Bundle;
const map = (bundle: Bundle, context = anywhere) =>
  transferFhir.map({ bundle, controlId: bundle.identifier?.value ?? 'none' }, context);
const accepted = samplesOf(SAMPLES).filter((name) => !name.startsWith('refused-'));

function finished(bundle: Bundle, context = anywhere): Bundle<FhirResource> {
  const mapped = map(bundle, context);
  if (!mapped.ok) throw new Error(JSON.stringify(mapped.issues));
  return toBundle(mapped);
}
const only = <T extends FhirResource>(bundle: Bundle<FhirResource>, type: T['resourceType']): T => {
  const [one, ...more] = (bundle.entry ?? []).flatMap(({ resource }) =>
    resource?.resourceType === type ? [resource] : [],
  );
  expect(more).toEqual([]);
  return one as T;
};

describe('every sample of a transfer in FHIR', () => {
  test.each(samplesOf(SAMPLES))('%s becomes what its golden file says', (name) => {
    const proof = prove(map(sample(name)));
    expectGolden(join(SAMPLES, name), proof);
    expect(proof.result.resourceType).toBe(name.startsWith('refused-') ? 'OperationOutcome' : 'Bundle');
  });

  test.each(accepted)('%s: every leaf names its source', (name) => {
    const mapped = map(sample(name));
    if (!mapped.ok) throw new Error('refused');
    const explained = explainBundle(mapped).map(({ path }) => path);
    expect(explained.sort()).toEqual(leavesOf(toBundle(mapped), 'Bundle').sort());
  });

  test.each(accepted)('%s: every leaf of the source is in the output, or listed with the reason why not', (name) => {
    const bundle = sample(name);
    const mapped = map(bundle);
    if (!mapped.ok) throw new Error('refused');
    const used = new Set(explainBundle(mapped).map(({ source }) => source));
    const listed = mapped.unused().map(({ source }) => source);
    const lost = leavesOf(bundle, '$').filter(
      (path) =>
        !used.has(path) &&
        !listed.some((known) => path.startsWith(known)) &&
        !/^\$\.(resourceType|type)$|^\$\.entry\[\d+\]\.(fullUrl|request\.(method|url))$/.test(path),
    );
    expect(lost).toEqual([]);
  });
});

describe('the Task of a transfer in FHIR', () => {
  test('is made when the sender gives none: requested, about the request and its patient', () => {
    const bundle = finished(sample('amsterdam-pneumonia'), { source: AMSTERDAM.source, region: AMSTERDAM.region });
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
    const context = { ...anywhere, taskId: 'hosted-1' };
    const task = only<Task>(finished(sample('zaandam-message-with-task'), context), 'Task');
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
    expect(only<Task>(finished(sample('amsterdam-pneumonia'), context), 'Task').status).toBe('in-progress');
  });
});

describe('the request of a transfer in FHIR', () => {
  test('that names no wijkkliniek is meant for the only one of the region', () => {
    const context = { source: AMSTERDAM.source, region: AMSTERDAM.region };
    const request = only<ServiceRequest>(finished(sample('amsterdam-pneumonia'), context), 'ServiceRequest');
    expect(request.locationReference?.map(({ identifier }) => identifier?.value)).toEqual(['wijkkliniek-amsterdam']);
  });

  test('that names one keeps it, known to the region or not', () => {
    const context = { source: AMSTERDAM.source, region: AMSTERDAM.region };
    const request = only<ServiceRequest>(finished(sample('zaandam-message-with-task'), context), 'ServiceRequest');
    expect(request.locationReference?.map(({ identifier }) => identifier?.value)).toEqual(['wijkkliniek-zaandam']);
  });
});
