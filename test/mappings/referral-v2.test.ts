import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle, CareTeam, FhirResource, PractitionerRole, ServiceRequest, Task } from 'fhir/r4.js';
import { ANY_SOURCE } from '../../mappings/mapping.ts';
import { referralAnswer, referralChange } from '../../mappings/referral-v2/answer.ts';
import { referralV2 } from '../../mappings/referral-v2/mapping.ts';
import { transferJson } from '../../mappings/transfer-json/mapping.ts';
import { AMSTERDAM } from './coalition.ts';
import { prove } from './golden.ts';
import { ANYWHERE, finished, folderOf, jsonSample, parsed, v2Sample } from './samples.ts';

const textOf = (name: string): string => readFileSync(join(folderOf('referral-v2', name), 'input.hl7'), 'utf8');
const all = <T extends FhirResource>(bundle: Bundle<FhirResource>, type: T['resourceType']): T[] =>
  (bundle.entry ?? []).flatMap(({ resource }) => (resource?.resourceType === type ? [resource as T] : []));

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
    const json = jsonSample('transfer-json', 'amsterdam-pneumonia') as Record<string, unknown>;
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
    const v2 = decisive(
      finished(referralV2.map(v2Sample('referral-v2', 'amsterdam-pneumonia'), { ...AMSTERDAM, taskId: 't' })),
    );
    expect({ ...v2, types: plain.types }).toEqual(plain);
    expect(v2.types).toEqual(expect.arrayContaining(plain.types));
  });

  test('has one identifier in every message about it', () => {
    const url = (name: string) =>
      finished(referralV2.map(v2Sample('referral-v2', name), ANYWHERE)).entry?.find(
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
    const bundle = finished(referralV2.map(parsed(own), { source, region: null }));
    expect(prove(referralV2.map(parsed(own), { source, region: null })).result.resourceType).toBe('Bundle');
    expect(all<ServiceRequest>(bundle, 'ServiceRequest')[0]?.orderDetail?.[0]?.coding?.[0]?.code).toBe(
      'wijkkliniek-complex',
    );
    const unknown = referralV2.map(parsed(own.replace('ZTR|1|C', 'ZTR|1|X')), { source, region: null });
    expect(unknown).toMatchObject({ ok: false, issues: [{ expression: 'ZTR-2', code: 'code-invalid' }] });
  });
});

describe('an answer to a referral', () => {
  const answer = (rf1: string, more = '') =>
    referralAnswer(
      parsed(`MSH|^~\\&|ECD|CORDAAN|||20261120||RRI^I12|9|P|2.5\rMSA|AA|ZD-1\r${rf1}\r${more}`),
      ANY_SOURCE,
    );

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
    referralChange(parsed(`MSH|^~\\&|A|B|||20261120||REF^${event}|9|P|2.5\rRF1|P|||||${id}\r`), ANY_SOURCE);
  const request = {
    system: 'https://fhir.wijkkliniek.example/NamingSystem/local/request/AMC',
    value: 'SEH-2026-000123',
  };

  test('names the request by the identifier it was asked under', () => {
    expect(change('I13', 'SEH-2026-000123^AMC')).toEqual({ kind: 'change', request });
    expect(change('I14', 'SEH-2026-000123^AMC')).toEqual({ kind: 'cancel', request });
    const [first] = all<ServiceRequest>(
      finished(referralV2.map(v2Sample('referral-v2', 'amsterdam-pneumonia'), ANYWHERE)),
      'ServiceRequest',
    );
    expect(first?.identifier?.[0]).toMatchObject(request);
  });

  test('without a number is refused, and another event is none', () => {
    expect(change('I14', '')).toMatchObject({ issues: [{ expression: 'RF1-6' }] });
    expect(change('I12', 'S-1')).toBeUndefined();
  });
});
