import { labResult, transferRequest } from '../../gateway/cli/demo/messages.ts';
import { demoPerson, type DemoPerson } from '../../gateway/cli/demo/person.ts';
import { eventually, inProcess, type TestGateway } from '../setup/gateway.ts';
import { askMllp } from '../setup/mllp.ts';

let gateway: TestGateway;
let counter = 0;
beforeAll(async () => {
  gateway = await inProcess();
});
afterAll(async () => gateway.stop());

const someone = (): DemoPerson => demoPerson(() => ((counter += 1) % 900) / 1000);
const at = new Date('2026-11-20T13:00:00Z');

interface Stored {
  readonly id: string;
  readonly status: string;
  readonly flow: string;
  readonly mapping: { readonly id: string };
}
const get = async <T>(path: string, headers: Record<string, string> = {}): Promise<T> =>
  (await (await fetch(gateway.url + path, { headers })).json()) as T;

/** The message with that control id, as the tracking API shows it. */
async function found(controlId: string): Promise<Stored> {
  const { items } = await get<{ items: Stored[] }>(`/messages?controlId=${controlId}`);
  const [stored] = items;
  if (stored === undefined) throw new Error(`${controlId} is not stored`);
  return get<Stored>(`/messages/${stored.id}`);
}

async function accept(person: DemoPerson): Promise<void> {
  const response = await fetch(`${gateway.url}/transfers`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(transferRequest(person, `ORDERS-${(counter += 1)}`, at)),
  });
  const { task } = (await response.json()) as { task: string };
  const seen = await get<{ meta: { versionId: string } }>(`/fhir/${task}`, { 'x-source': 'sandbox-ecd' });
  const headers = {
    'content-type': 'application/fhir+json',
    'if-match': `W/"${seen.meta.versionId}"`,
    'x-source': 'sandbox-ecd',
  };
  const body = JSON.stringify({ ...seen, status: 'accepted' });
  expect((await fetch(`${gateway.url}/fhir/${task}`, { method: 'PUT', headers, body })).status).toBe(200);
}

/** A message about the person: the head of a laboratory's message with other segments behind PID. */
const about = (person: DemoPerson, type: string, controlId: string, segments: readonly string[]): string => {
  const lab = labResult(person, { controlId, filler: controlId, potassium: '4.0', flag: 'N', status: 'F', at });
  const [msh = '', pid = ''] = lab.split('\r');
  return [msh.replace('ORU^R01^ORU_R01', type), pid, ...segments, ''].join('\r');
};

const result = (id: string): string[] => [
  `SPM|1|^S-${id}||119364003^Serum specimen^SCT`,
  `OBR|1|P${id}|${id}|2823-3^Kalium^LN|||202611201300+0100|||||||||||||||202611201310+0100||CH|F`,
  `ORC|RE|P${id}|${id}`,
  'OBX|1|NM|2823-3^Kalium^LN||5.60|mmol/l|3.5 - 5.0|H|||F|||202611201300+0100',
];
const order = (id: string): string[] => [`ORC|NW|P${id}|||||||202611201300+0100`, `OBR|1|P${id}||2823-3^Kalium^LN`];
const medication = (id: string): string[] => [
  `ORC|NW|P${id}|||||||202611201300+0100`,
  'RXO|67903^FUROSEMIDE TABLET 40MG^Z-INDEX PRK|40||mg',
];

const KINDS: readonly (readonly [string, string, (id: string) => string[], string, string])[] = [
  ['a result by specimen', 'OUL^R22^OUL_R22', result, 'lab-result', 'lab-oru'],
  ['an order', 'OML^O21^OML_O21', order, 'order', 'order-v2'],
  ['an order in an older version', 'ORM^O01^ORM_O01', order, 'order', 'order-v2'],
  ['a medication order in an older version', 'ORM^O01^ORM_O01', medication, 'order', 'medication-v2'],
];

describe.each(KINDS)('%s', (_name, type, segments, flow, mapping) => {
  it.each(['mllp', 'hl7v2'])(
    'by %s is held while nobody has the patient, and delivered after acceptance',
    async (door) => {
      const person = someone();
      const id = `ORDER${(counter += 1)}`;
      const text = about(person, type, id, segments(id));
      const answer =
        door === 'mllp'
          ? await askMllp(gateway.mllpPort, text)
          : await (
              await fetch(`${gateway.url}/hl7v2`, {
                method: 'POST',
                headers: { 'content-type': 'application/hl7-v2' },
                body: text,
              })
            ).text();
      expect(answer).toContain(`MSA|AA|${id}`);
      expect(await found(id)).toMatchObject({ status: 'held', flow, mapping: { id: mapping } });
      await accept(person);
      await eventually(async () => (await found(id)).status === 'delivered');
    },
  );
});

it('refuses an order that orders nothing, with the place', async () => {
  const answer = await askMllp(gateway.mllpPort, about(someone(), 'OML^O21', 'NOTHING', ['ORC|NW|P1', 'OBR|1|P1']));
  expect(answer).toMatch(/MSA\|AE\|NOTHING[^]*ERR\|\|OBR\^1\^4/);
});
