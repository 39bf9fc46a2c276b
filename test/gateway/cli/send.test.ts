import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { labResult, transferRequest } from '../../../gateway/cli/demo/messages.ts';
import { demoPerson } from '../../../gateway/cli/demo/person.ts';
import sandbox from '../../../gateway/regions/sandbox.json' with { type: 'json' };
import { inProcess, regionOf, type TestGateway } from '../../setup/gateway.ts';
import { cli, folderOf } from './command.ts';

const folder = folderOf();
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await inProcess();
});
afterAll(async () => gateway.stop());

const person = demoPerson(() => 0.25);
let count = 0;
const saved = (content: string, extension = 'hl7'): string => {
  const file = join(folder, `${++count}.${extension}`);
  writeFileSync(file, content);
  return file;
};
const lab = (bsn?: string): string =>
  labResult(person, {
    controlId: `S${++count}`,
    filler: `S${count}`,
    potassium: '4.0',
    flag: 'N',
    status: 'F',
    at: new Date('2026-11-20T13:00:00Z'),
    ...(bsn === undefined ? {} : { bsn }),
  });
const FAILING_BSN = '999999999';
const mllp = (): string => `mllp://127.0.0.1:${gateway.mllpPort}`;

/** A port where nobody listens. */
const deadPort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

describe('send over HTTP', () => {
  it('prints the acknowledgement, says where the message can be followed, and exits 0', async () => {
    const { exit, stdout, stderr } = await cli(['send', saved(lab()), '--to', gateway.url]);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/\nMSA\|AA\|/);
    expect(stderr).toMatch(/200 \/messages\/[0-9a-f-]{36}/);
  });

  it('exits 1 for a refusal, and the next message still goes', async () => {
    const files = [saved(lab(FAILING_BSN)), saved(lab())];
    const { exit, stdout } = await cli(['send', ...files, '--to', gateway.url]);
    expect(exit).toBe(1);
    expect(stdout).toMatch(/MSA\|AE\|[^]*MSA\|AA\|/);
  });

  it('finds the door of a transfer and of a FHIR Bundle', async () => {
    const transfer = saved(JSON.stringify(transferRequest(person, `T${++count}`, new Date())), 'json');
    const answered = await cli(['send', transfer, '--to', gateway.url]);
    expect(answered.exit).toBe(0);
    expect(JSON.parse(answered.stdout)).toHaveProperty('task');
    const bundle = saved(readFileSync('mappings/lab-fhir/samples/transaction-potassium/input.json', 'utf8'), 'json');
    const taken = await cli(['send', bundle, '--to', gateway.url]);
    expect(JSON.parse(taken.stdout)).toHaveProperty('type', 'transaction-response');
    const message = saved(
      readFileSync('mappings/lab-fhir/samples/message-shared-identifier/input.json', 'utf8'),
      'json',
    );
    const told = await cli(['send', message, '--to', gateway.url]);
    expect(JSON.parse(told.stdout)).toHaveProperty('type', 'message');
  });

  it('goes where GATEWAY_URL says, and from standard input', async () => {
    const { exit } = await cli(['send', '-'], { input: lab(), env: { GATEWAY_URL: gateway.url } });
    expect(exit).toBe(0);
  });

  it('shows the key of the source that --key-env names, and never the operator’s', async () => {
    const [hospital] = sandbox.sources;
    const keyed = regionOf({
      ...sandbox,
      sources: [{ ...hospital, auth: { kind: 'api-key', keyEnv: 'LAB_KEY' } }],
    });
    const closed = await inProcess({ region: keyed, env: { LAB_KEY: 'the-key-of-the-laboratory' } });
    const file = saved(lab());
    const env = { LAB_KEY: 'the-key-of-the-laboratory', OPERATOR_KEY: 'the-key-of-the-laboratory' };
    expect((await cli(['send', file, '--to', closed.url], { env })).exit).toBe(1);
    expect((await cli(['send', file, '--to', closed.url, '--key-env', 'LAB_KEY'], { env })).exit).toBe(0);
    await closed.stop();
  });
});

describe('send over MLLP', () => {
  it('sends every message of a batch over one connection, in order, and prints each answer', async () => {
    const [one, two] = [lab(), lab()];
    const { exit, stdout } = await cli(['send', saved(`${one}\r${two}`), '--to', mllp()]);
    expect(exit).toBe(0);
    const ids = [one, two].map((text) => /\|(S\d+)\|P/.exec(text)?.[1]);
    expect([...stdout.matchAll(/MSA\|AA\|(S\d+)/g)].map(([, id]) => id)).toEqual(ids);
  });

  it('exits 1 for a refusal', async () => {
    const { exit, stdout } = await cli(['send', saved(lab(FAILING_BSN)), '--to', mllp()]);
    expect(exit).toBe(1);
    expect(stdout).toContain('MSA|AE|');
  });

  it('takes silence for a yes only where the message asks for no answer', async () => {
    const quiet = lab().replace('|P|2.5|||||NLD|', '|P|2.5|||NE|NE|NLD|');
    const { exit, stdout } = await cli(['send', saved(quiet), '--to', mllp()]);
    expect(exit).toBe(0);
    expect(stdout).toBe('');
  });

  it('does not put JSON on an HL7 v2 line', async () => {
    expect((await cli(['send', saved('{}', 'json'), '--to', mllp()])).exit).toBe(2);
  });
});

describe('send to nobody', () => {
  it.each(['http', 'mllp'])('exits 3 over %s and sends nothing after it', async (protocol) => {
    const to = `${protocol}://127.0.0.1:${await deadPort()}`;
    const { exit, stdout, stderr } = await cli(['send', saved(lab()), saved(lab()), '--to', to]);
    expect(exit).toBe(3);
    expect(stdout).toBe('');
    expect(stderr.match(/cannot reach/g)).toHaveLength(1);
  });

  it('exits 3 when the connection is closed without an answer', async () => {
    const server = createServer((socket) => socket.on('data', () => socket.destroy()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { exit } = await cli([
      'send',
      saved(lab()),
      '--to',
      `mllp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ]);
    expect(exit).toBe(3);
    server.close();
  });

  it('exits 2 for a file that cannot be read, and sends the others', async () => {
    const { exit, stdout } = await cli(['send', join(folder, 'none'), saved(lab()), '--to', gateway.url]);
    expect(exit).toBe(2);
    expect(stdout).toContain('MSA|AA|');
  });
});
