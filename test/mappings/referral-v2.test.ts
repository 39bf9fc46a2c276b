import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle, CareTeam, FhirResource, PractitionerRole, ServiceRequest, Task } from 'fhir/r4.js';
import { explainBundle, toBundle } from '../../mappings/bundle.ts';
import type { Message } from '../../mappings/hl7v2/message.ts';
import { parseMessage } from '../../mappings/hl7v2/parse.ts';
import { uuidV5 } from '../../mappings/identity.ts';
import { ANY_SOURCE, type MappingContext, type MappingResult } from '../../mappings/mapping.ts';
import { referralAnswer, referralChange } from '../../mappings/referral-v2/answer.ts';
import { referralV2 } from '../../mappings/referral-v2/mapping.ts';
import { transferJson } from '../../mappings/transfer-json/mapping.ts';
import { adviseNotice } from '../../mappings/transfer-notice/notice.ts';
import { loadPackage } from '../../profiles/load/package.ts';
import { createValidator, type Validator } from '../../profiles/validator.ts';
import { wkPackage } from '../../profiles/wk/package.ts';
import { AMSTERDAM, leavesOf } from './transfer-facts.ts';
import { expectGolden, prove, read as readJsonFile, samplesOf } from './transfer-samples.ts';

const SAMPLES = join(__dirname, '../../mappings/referral-v2/samples');
const PACKAGE = join(__dirname, '../../../shared/data/packages/nictiz.fhir.nl.r4.nl-core');
const context: MappingContext = { source: ANY_SOURCE, region: null };
const names = samplesOf(SAMPLES);
const good = names.filter((name) => !name.startsWith('refused-'));

function read(text: string | Buffer): Message {
  const parsed = parseMessage(Buffer.from(text), ANY_SOURCE.charset);
  if (!parsed.ok) throw new Error(parsed.issue.text);
  return parsed.message;
}
const textOf = (name: string): string => readFileSync(join(SAMPLES, name, 'input.hl7'), 'utf8');
const sample = (name: string): Message => read(textOf(name));
function finished(result: MappingResult): Bundle<FhirResource> {
  if (!result.ok) throw new Error(result.issues.map(({ expression }) => expression).join());
  return toBundle(result);
}
const all = <T extends FhirResource>(bundle: Bundle<FhirResource>, type: T['resourceType']): T[] =>
  (bundle.entry ?? []).flatMap(({ resource }) => (resource?.resourceType === type ? [resource as T] : []));

describe('every sample of a referral', () => {
  test.each(names)('%s becomes what its golden file says', (name) => {
    const proof = prove(referralV2.map(sample(name), context));
    expectGolden(join(SAMPLES, name), proof);
    expect(proof.result.resourceType).toBe(name.startsWith('refused-') ? 'OperationOutcome' : 'Bundle');
  });

  test.each(good)('%s: every leaf names its source, and nothing is left but transport and counting', (name) => {
    const mapped = referralV2.map(sample(name), context);
    if (!mapped.ok) throw new Error('refused');
    const told = explainBundle(mapped).map(({ path }) => path);
    expect(told.sort()).toEqual(leavesOf(toBundle(mapped), 'Bundle').sort());
    for (const { reason } of mapped.unused()) {
      expect(reason).toMatch(/^(message transport|counts segments|tells how other fields)/);
    }
  });
});

(existsSync(PACKAGE) ? describe : describe.skip)('against nl-core as published', () => {
  let validator: Validator;
  beforeAll(async () => {
    validator = createValidator([wkPackage, await loadPackage(PACKAGE)]);
  });
  const errorsOf = (bundle: Bundle): string[] =>
    validator
      .validate(bundle)
      .filter(({ severity, rule }) => severity === 'error' || rule === 'unresolvable-profile')
      .map(({ expression, text }) => `${expression}: ${text}`);
  test.each(good)('%s: the handoff and the notice have no errors', (name) => {
    const bundle = finished(referralV2.map(sample(name), { ...AMSTERDAM, taskId: 'hosted-1' }));
    expect(errorsOf(bundle)).toEqual([]);
    expect(errorsOf(adviseNotice(bundle, { taskId: 'hosted-1', keyed: uuidV5 }))).toEqual([]);
  });
});

describe('a referral', () => {
  /** What a wijkkliniek decides on, however the hospital sent it. */
  function decisive(bundle: Bundle<FhirResource>) {
    const [request] = all<ServiceRequest>(bundle, 'ServiceRequest');
    const [task] = all<Task>(bundle, 'Task');
    const [team] = all<CareTeam>(bundle, 'CareTeam');
    const roles = new Map(bundle.entry?.map(({ fullUrl, resource }) => [fullUrl, resource]));
    return {
      task: {
        status: task?.status,
        code: task?.code,
        input: task?.input,
        owner: task?.owner,
        location: task?.location,
      },
      request: [request?.meta?.profile, request?.code, request?.orderDetail, request?.instantiatesCanonical],
      authoredOn: request?.authoredOn,
      team: team?.participant?.map(({ role, member }) => [
        role?.[0]?.coding?.[0]?.code,
        (roles.get(member?.reference) as PractitionerRole).specialty?.[0]?.coding?.map(({ code }) => code),
      ]),
      types: [...new Set(bundle.entry?.map(({ resource }) => resource?.resourceType))].sort(),
    };
  }

  test('is the same transfer as the one in plain JSON', () => {
    const json = readJsonFile(
      join(__dirname, '../../mappings/transfer-json/samples/amsterdam-pneumonia/input.json'),
    ) as Record<string, unknown>;
    const said = {
      requestId: json['requestId'],
      requestedAt: '2026-11-20T14:05:00+01:00',
      to: 'wijkkliniek-amsterdam',
      patient: json['patient'],
      tier: 'wijkkliniek-complex',
      reason: { system: 'http://snomed.info/sct', code: '233604007', text: 'Pneumonie' },
      careTeam: [
        { role: 'RESP', name: 'P. Bakker', profession: 'physician-assistant', agb: '01005678' },
        { role: 'SPRF', name: 'M. de Boer', profession: 'klinisch-geriater', agb: '01005679' },
      ],
    };
    const plain = decisive(finished(transferJson.map(said, { ...AMSTERDAM, taskId: 't' })));
    const v2 = decisive(finished(referralV2.map(sample('amsterdam-pneumonia'), { ...AMSTERDAM, taskId: 't' })));
    expect({ ...v2, types: plain.types }).toEqual(plain);
    expect(v2.types).toEqual(expect.arrayContaining(plain.types));
  });

  test('has one identifier in every message about it', () => {
    const url = (name: string) =>
      finished(referralV2.map(sample(name), context)).entry?.find(
        ({ resource }) => resource?.resourceType === 'ServiceRequest',
      )?.request?.url;
    expect(url('change-i13')).toBe(url('amsterdam-pneumonia'));
  });

  test('takes tier and roles from the fields its source names', () => {
    const own = textOf('amsterdam-pneumonia')
      .replace(/OBX\|1\|.*\r/, 'ZTR|1|C\r')
      .replaceAll('RESP^', 'HOOFD^');
    const referral = {
      tier: { path: 'ZTR-2', codes: { C: 'wijkkliniek-complex' } },
      roles: { HOOFD: 'RESP' },
    };
    const source = { ...ANY_SOURCE, referral };
    const bundle = finished(referralV2.map(read(own), { source, region: null }));
    expect(prove(referralV2.map(read(own), { source, region: null })).result.resourceType).toBe('Bundle');
    expect(all<ServiceRequest>(bundle, 'ServiceRequest')[0]?.orderDetail?.[0]?.coding?.[0]?.code).toBe(
      'wijkkliniek-complex',
    );
    const unknown = referralV2.map(read(own.replace('ZTR|1|C', 'ZTR|1|X')), { source, region: null });
    expect(unknown).toMatchObject({ ok: false, issues: [{ expression: 'ZTR-2', code: 'code-invalid' }] });
  });
});

describe('an answer to a referral', () => {
  const answer = (rf1: string, more = '') =>
    referralAnswer(read(`MSH|^~\\&|ECD|CORDAAN|||20261120||RRI^I12|9|P|2.5\rMSA|AA|ZD-1\r${rf1}\r${more}`), ANY_SOURCE);

  test.each([
    ['A', 'accepted'],
    ['R', 'rejected'],
    ['P', 'pending'],
  ])('RF1-1 %s is %s', (code, word) => {
    expect(answer(`RF1|${code}|||||SEH-2026-000123^AMC`)).toEqual({
      ok: true,
      originating: { value: 'SEH-2026-000123', assigner: 'AMC' },
      external: undefined,
      controlId: 'ZD-1',
      answer: word,
      reason: undefined,
    });
  });

  test('brings its reason as a code of ours, and in words', () => {
    const given = answer('RF1|R|||||S-1||||no-capacity^Geen bed vrij^WK', 'NTE|1||Morgen weer\r');
    expect(given).toMatchObject({ reason: { code: 'no-capacity', text: 'Geen bed vrij\nMorgen weer' } });
  });

  test('of another word is refused at its place', () => {
    expect(answer('RF1|X|||||S-1')).toMatchObject({ ok: false, issues: [{ expression: 'RF1-1' }] });
    expect(answer('NTE|1')).toMatchObject({ ok: false, issues: [{ expression: 'RF1' }] });
  });
});

describe('a change of a referral', () => {
  const change = (event: string, id: string) =>
    referralChange(read(`MSH|^~\\&|A|B|||20261120||REF^${event}|9|P|2.5\rRF1|P|||||${id}\r`), ANY_SOURCE);
  const request = {
    system: 'https://fhir.wijkkliniek.example/NamingSystem/local/request/AMC',
    value: 'SEH-2026-000123',
  };

  test('names the request by the identifier it was asked under', () => {
    expect(change('I13', 'SEH-2026-000123^AMC')).toEqual({ kind: 'change', request });
    expect(change('I14', 'SEH-2026-000123^AMC')).toEqual({ kind: 'cancel', request });
    const [first] = all<ServiceRequest>(
      finished(referralV2.map(sample('amsterdam-pneumonia'), context)),
      'ServiceRequest',
    );
    expect(first?.identifier?.[0]).toMatchObject(request);
  });

  test('without a number is refused, and another event is none', () => {
    expect(change('I14', '')).toMatchObject({ issues: [{ expression: 'RF1-6' }] });
    expect(change('I12', 'S-1')).toBeUndefined();
  });
});
