/** A hospital and a VVT that speak FHIR XML: the same doors, the same conversation, the bytes kept as they were sent. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJson } from '../../profiles/json/read.ts';
import { readXml } from '../../profiles/xml/read.ts';
import { writeXml } from '../../profiles/xml/write.ts';
import { eventually, inProcess, type TestGateway } from '../setup/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await inProcess();
});
afterAll(async () => gateway.stop());

const XML = 'application/fhir+xml';
const sample = (path: string): string => {
  const json = readFileSync(join(__dirname, '../../mappings', path, 'input.json'), 'utf8');
  const read = readJson(json.replaceAll('wijkkliniek-amsterdam', 'wijkkliniek-sandbox'));
  if (!read.ok) throw new Error(read.issue.text);
  return writeXml(read.value);
};
const TRANSFER = sample('transfer-fhir/samples/amsterdam-pneumonia');

const send = (path: string, body: string, headers: Record<string, string> = {}, method = 'POST'): Promise<Response> =>
  fetch(gateway.url + path, { method, headers: { 'content-type': XML, ...headers }, body });
const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(gateway.url + path, { headers });

/** The tree of an answer, which is XML. */
async function treeOf(response: Response): Promise<Record<string, unknown>> {
  expect(response.headers.get('content-type')).toBe(`${XML}; charset=utf-8`);
  const read = readXml(await response.text());
  if (!read.ok) throw new Error(read.issue.text);
  return read.value as Record<string, unknown>;
}

describe('a transfer in FHIR XML', () => {
  let location = '';
  let task = '';

  it('is answered in XML, and delivered as the same transfer in JSON would be', async () => {
    const response = await send('/fhir', TRANSFER);
    expect(response.status).toBe(200);
    location = response.headers.get('location') ?? '';
    const answer = await treeOf(response);
    expect(answer).toMatchObject({ resourceType: 'Bundle', type: 'transaction-response' });
    task = /Task\/[\w-]+/.exec(JSON.stringify(answer))?.[0] ?? '';
    await eventually(async () => (await (await get(location)).text()).includes('"delivered"'));
  });

  it('is kept as it was sent, byte for byte, with its media type', async () => {
    const raw = await get(`${location}/raw`);
    expect(raw.headers.get('content-type')).toBe(XML);
    expect(await raw.text()).toBe(TRANSFER);
  });

  it('is known when it comes again, and refused with other bytes under the same key', async () => {
    const again = await send('/fhir', TRANSFER);
    expect([again.status, again.headers.get('location')]).toEqual([200, location]);
    const other = await send('/fhir', TRANSFER.replace('?>\n', '?>\n\n'));
    expect(other.status).toBe(409);
    expect(await treeOf(other)).toMatchObject({ resourceType: 'OperationOutcome' });
  });

  it('is explained by the places of its tree', async () => {
    const { values } = (await (await get(`${location}/explain`)).json()) as { values: { source: string }[] };
    expect(values.map(({ source }) => source)).toContain('$.entry[0].resource.resourceType');
  });

  it('is accepted by the VVT with a Task in XML', async () => {
    const seen = await get(`/fhir/${task}`, { accept: XML, 'x-source': 'sandbox-ecd' });
    const { resourceType, ...before } = await treeOf(seen);
    const body = writeXml({ resourceType, ...before, status: 'accepted' });
    const headers = { 'if-match': seen.headers.get('etag') ?? '', 'x-source': 'sandbox-ecd' };
    const put = await send(`/fhir/${task}`, body, headers, 'PUT');
    expect(put.status).toBe(200);
    expect(await treeOf(put)).toMatchObject({ resourceType: 'Task', status: 'accepted' });
    await eventually(async () => (await (await get(location)).text()).includes('"handoff"'));
  });

  it('is read back in XML: what was disclosed, a search, the capabilities', async () => {
    const found = await get('/fhir/Task?_format=xml', { 'x-source': 'sandbox-ecd' });
    const bundle = (await treeOf(found)) as { entry: { resource: { resourceType: string } }[] };
    expect(bundle.entry.map(({ resource }) => resource.resourceType)).toContain('Task');
    const statement = await treeOf(await get('/fhir/metadata?_format=application/fhir+xml'));
    expect(statement).toMatchObject({ format: ['application/fhir+json', XML] });
    const nobody = await get('/fhir/Patient/nobody', { accept: 'text/xml', 'x-source': 'sandbox-ecd' });
    expect(nobody.status).toBe(404);
    expect(await treeOf(nobody)).toMatchObject({ resourceType: 'OperationOutcome' });
  });
});

describe('FHIR XML at the doors', () => {
  it('takes a message, and answers with one', async () => {
    const response = await send('/fhir/$process-message', sample('lab-fhir/samples/message-shared-identifier'), {
      'content-type': 'text/xml; charset=utf-8',
    });
    expect(await treeOf(response)).toMatchObject({ resourceType: 'Bundle', type: 'message' });
  });

  it('keeps the precision a decimal was written with', async () => {
    const lab = sample('lab-fhir/samples/transaction-potassium');
    expect(lab).toContain('<value value="5.60"/>');
    const response = await send('/fhir', lab);
    expect(response.status).toBe(200);
    const mapped = await get(`${response.headers.get('location') ?? ''}/mapped`);
    expect(await mapped.text()).toMatch(/"value":5\.60[,}]/);
  });

  it('validates, with the FHIRPath of what is wrong', async () => {
    const wrong = '<Patient xmlns="http://hl7.org/fhir"><gender value="vrouw"/><colour value="x"/></Patient>';
    const { issue } = (await treeOf(await send('/fhir/$validate', wrong))) as { issue: { expression: string[] }[] };
    expect(issue.flatMap(({ expression }) => expression)).toEqual(
      expect.arrayContaining(['Patient.gender', 'Patient.colour']),
    );
  });

  it.each([
    ['a document type', `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${TRANSFER}`, 400, /document type/],
    ['what is no XML', '{"resourceType":"Bundle"}', 400, /Line 1, column/],
    ['bytes that are not UTF-8', Buffer.from([0x3c, 0xff, 0xfe]).toString('latin1'), 400, /Line 1/],
    [
      'an element R4 does not know',
      '<Bundle xmlns="http://hl7.org/fhir"><type value="transaction"/><x/></Bundle>',
      422,
      /Bundle\.x/,
    ],
  ])('refuses %s, in XML and in place', async (_, body, status, words) => {
    const response = await send('/fhir', body);
    expect(response.status).toBe(status);
    expect(JSON.stringify(await treeOf(response))).toMatch(words);
  });

  it('answers in the form that is asked for, and stores nothing when it can speak neither', async () => {
    const before = await (await get('/reconciliation')).text();
    for (const [path, headers] of [
      ['/fhir', { accept: 'application/pdf' }],
      ['/fhir?_format=ttl', {}],
    ] as const) {
      const response = await send(path, TRANSFER, headers);
      expect(response.status).toBe(406);
      expect(await response.json()).toMatchObject({ resourceType: 'OperationOutcome' });
    }
    expect(await (await get('/reconciliation')).text()).toBe(before);
    const json = await send('/fhir', TRANSFER, { accept: 'application/fhir+json, application/xml;q=0.5' });
    expect(json.headers.get('content-type')).toBe('application/fhir+json; charset=utf-8');
    const overruled = await send('/fhir?_format=json', TRANSFER, { accept: XML });
    expect(overruled.headers.get('content-type')).toBe('application/fhir+json; charset=utf-8');
  });
});
