/** A coalition of a test and what its hospital says: region file, keys, a caller, messages. Synthetic persons only. */
import { passesElfproef } from '../../profiles/bsn.ts';
import type { RegionFile } from '../../gateway/regions/region.ts';
import { regionOf, type TestGateway } from './gateway.ts';

export const KEYS = { SEH_API_KEY: 'key-of-the-seh', VVT_API_KEY: 'key-of-the-vvt' };
export const SEH = { authorization: `Bearer ${KEYS.SEH_API_KEY}` };
export const VVT = { authorization: `Bearer ${KEYS.VVT_API_KEY}` };

const WIJKKLINIEK = {
  id: 'wijkkliniek-test',
  party: 'vvt',
  beds: 4,
  location: 'nowhere',
  admits: ['wijkkliniek-light', 'wijkkliniek-complex'],
  regiebehandelaar: ['verpleegkundig-specialist', 'physician-assistant'],
  medebehandelaar: ['klinisch-geriater', 'internist-ouderengeneeskunde'],
};

/** `wijkkliniek` and `ecd` are laid over the one wijkkliniek and the VVT's destination; `more` over the whole. */
export function coalition(
  ecdUrl: string,
  over: { readonly wijkkliniek?: object; readonly ecd?: object; readonly more?: object } = {},
): RegionFile {
  return regionOf({
    id: 'test',
    name: 'Test',
    parties: [
      { id: 'hospital', kind: 'hospital', name: 'Ziekenhuis', ura: '00001234', agb: '06010101' },
      { id: 'vvt', kind: 'vvt', name: 'VVT', ura: '00005678' },
      { id: 'klcl', kind: 'laboratory', name: 'Laboratorium', ura: '00007777' },
    ],
    wijkkliniek: { ...WIJKKLINIEK, ...over.wijkkliniek },
    sources: [
      { id: 'seh', party: 'hospital', doors: ['fhir', 'transfers'], auth: { kind: 'api-key', keyEnv: 'SEH_API_KEY' } },
      { id: 'vvt', party: 'vvt', doors: ['fhir'], auth: { kind: 'api-key', keyEnv: 'VVT_API_KEY' } },
      { id: 'hospital-v2', party: 'hospital', doors: ['mllp', 'hl7v2'], auth: { kind: 'none' } },
      {
        id: 'lab',
        party: 'klcl',
        doors: ['mllp', 'hl7v2'],
        match: { sendingApplication: 'GLIMS' },
        auth: { kind: 'none' },
      },
    ],
    destinations: [
      {
        id: 'ecd',
        party: 'vvt',
        protocol: 'fhir',
        baseUrl: ecdUrl,
        retry: { firstDelayMs: 100, maxDelayMs: 500, giveUpHours: 1 },
        ...over.ecd,
      },
    ],
    deliver: { vvt: 'ecd' },
    ...over.more,
  });
}

export const wijkkliniekOf = (over: object): object => ({ ...WIJKKLINIEK, ...over });

/** The n-th test BSN (999…) that passes the elfproef. */
export function testBsn(n: number): string {
  for (let at = n * 20; ; at++) {
    const bsn = `999${String(at).padStart(6, '0')}`;
    if (passesElfproef(bsn)) return bsn;
  }
}

/** A gateway in this process, or one of its own. */
type At = Pick<TestGateway, 'url'>;

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
}

export async function call(
  gateway: At,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const type = path.startsWith('/fhir') ? 'application/fhir+json' : 'application/json';
  const response = await fetch(gateway.url + path, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': type }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = /^[[{]/.test(text) ? (JSON.parse(text) as Reply['json']) : {};
  return { status: response.status, headers: response.headers, text, json };
}

/** The rules a refusal names. */
export const rulesOf = ({ json }: Reply): string[] =>
  ((json['issue'] ?? []) as { details?: { coding?: { code: string }[] } }[]).flatMap(
    ({ details }) => details?.coding?.map(({ code }) => code) ?? [],
  );

export interface Tracked {
  readonly id: string;
  readonly controlId: string;
  readonly source: string;
  readonly status: string;
  readonly flow: string | null;
  readonly deliveries: readonly {
    readonly id: string;
    readonly kind: string;
    readonly status: string;
    readonly attempts: number;
    readonly lastError: { readonly class: string; readonly code: string; readonly text: string } | null;
  }[];
  readonly events: readonly { readonly event: string }[];
}

/** The newest message of this control id. */
export async function tracked(gateway: At, controlId: string): Promise<Tracked> {
  const { json } = await call(gateway, 'GET', `/messages?controlId=${encodeURIComponent(controlId)}`);
  const [found] = json['items'] as Tracked[];
  if (found === undefined) throw new Error(`no message ${controlId}`);
  return found;
}

/** Moves a Task as the caller named by `headers` would: reads it, changes it, puts it back. */
export async function moveTask(
  gateway: At,
  task: string,
  change: object,
  headers: Readonly<Record<string, string>> = VVT,
): Promise<Reply> {
  const read = await call(gateway, 'GET', `/fhir/${task}`, undefined, headers);
  const tag = read.headers.get('etag') ?? '';
  return call(gateway, 'PUT', `/fhir/${task}`, { ...read.json, ...change }, { ...headers, 'if-match': tag });
}

export interface LabFacts {
  readonly id: string;
  readonly bsn: string;
  readonly number?: string;
  readonly application?: string;
  readonly value?: string;
  readonly filler?: string;
  readonly status?: string;
}

export const labMessage = ({
  id,
  bsn,
  number = '',
  application = 'GLIMS',
  value = '3.1',
  filler = id,
  status = 'F',
}: LabFacts): string =>
  [
    `MSH|^~\\&|${application}|LAB|WK|WK|20261120130000||ORU^R01|${id}|P|2.4`,
    `PID|1||${number === '' ? '' : `${number}^^^ZH^PI~`}${bsn}^^^NLMINBIZA^NNNLD||Canarius^Zorro^^^^^L||19410307|F`,
    `OBR|1||${filler}|24326-1^Electrolytes^LN|||20261120130000||||||||||||||||||${status}`,
    `OBX|1|NM|2823-3^Kalium^LN||${value}|mmol/l|3.5 - 5.0|L|||${status}|||20261120130000`,
    '',
  ].join('\r');

export const transferBody = (requestId: string, bsn: string, over: object = {}): object => ({
  requestId,
  requestedAt: '2026-11-20T14:05:00+01:00',
  patient: {
    bsn,
    name: { given: ['Zorro'], family: 'Canarius' },
    birthDate: '1941-03-07',
    gender: 'female',
  },
  tier: 'wijkkliniek-complex',
  haemodynamicallyStable: true,
  complexDiagnosticsNeeded: false,
  reason: { system: 'http://snomed.info/sct', code: '233604007', text: 'Pneumonie' },
  requester: { name: 'S. Eerste', profession: 'seh-arts' },
  careTeam: [
    { role: 'RESP', name: 'P. Assistent', profession: 'physician-assistant' },
    { role: 'SPRF', name: 'G. Geriater', profession: 'klinisch-geriater' },
  ],
  allergies: [],
  ...over,
});
