import { labResult } from '../../../gateway/cli/demo/messages.ts';
import { demoPerson } from '../../../gateway/cli/demo/person.ts';
import { inProcess, type TestGateway } from '../../setup/gateway.ts';
import { cli, type Ran } from './command.ts';

const KEY = 'the-key-of-the-operator';
let gateway: TestGateway;
const person = demoPerson(() => 0.75);
const ids: Record<'good' | 'refused', string> = { good: '', refused: '' };

const post = async (controlId: string, bsn?: string): Promise<string> => {
  const at = new Date('2026-11-20T13:00:00Z');
  const facts = { controlId, filler: controlId, potassium: '4.0', flag: 'N', status: 'F', at } as const;
  const response = await fetch(`${gateway.url}/hl7v2`, {
    method: 'POST',
    headers: { 'content-type': 'application/hl7-v2' },
    body: labResult(person, { ...facts, ...(bsn === undefined ? {} : { bsn }) }),
  });
  return (response.headers.get('location') ?? '').replace('/messages/', '');
};

beforeAll(async () => {
  gateway = await inProcess({ env: { OPERATOR_KEY: KEY } });
  ids.good = await post('TRACK-1');
  ids.refused = await post('TRACK-2', '999999999');
});
afterAll(async () => gateway.stop());

const ask = (args: readonly string[], input = ''): Promise<Ran> =>
  cli([...args, '--url', gateway.url], { env: { OPERATOR_KEY: KEY }, input });

describe('messages', () => {
  it('lists one line each, newest first', async () => {
    const { exit, stdout, stderr } = await ask(['messages']);
    expect(exit).toBe(0);
    const [first, second] = stdout.split('\n');
    expect(first).toMatch(new RegExp(`^${ids.refused}  .*  refused .*TRACK-2$`));
    expect(second).toMatch(new RegExp(`^${ids.good}  .*  held .*lab-result .*TRACK-1$`));
    expect(stderr).toBe('2 messages\n');
  });

  it.each([
    [['--status', 'refused'], ['TRACK-2']],
    [['--control-id', 'TRACK-1'], ['TRACK-1']],
    [['--type', 'ORU^R01', '--flow', 'lab-result', '--source', 'sandbox-hospital', '--status', 'held'], ['TRACK-1']],
    [['--since', '2020-01-01T00:00:00Z', '--until', '2020-01-02T00:00:00Z'], []],
  ])('takes the query parameters as flags: %j', async (flags, found) => {
    const { exit, stdout } = await ask(['messages', ...flags, '--json']);
    expect(exit).toBe(0);
    const { items } = JSON.parse(stdout) as { items: { controlId: string }[] };
    expect(items.map(({ controlId }) => controlId)).toEqual(found);
  });

  it('pages by --limit and --cursor', async () => {
    const first = await ask(['messages', '--limit', '1']);
    const cursor = /--cursor (\S+)/.exec(first.stderr)?.[1] ?? '';
    const second = await ask(['messages', '--limit', '1', '--cursor', cursor]);
    expect(first.stdout).toContain('TRACK-2');
    expect(second.stdout).toContain('TRACK-1');
  });

  it('finds a patient by BSN, given on standard input too', async () => {
    expect((await ask(['messages', '--bsn', person.bsn])).stdout).toContain('TRACK-1');
    expect((await ask(['messages', '--bsn', '-'], `${person.bsn}\n`)).stdout).toContain('TRACK-1');
    expect((await ask(['messages', '--bsn', '999990019'])).stdout).toBe('');
  });

  it('exits 1 when the gateway refuses: a filter that is none, a key that is none', async () => {
    const wrong = await ask(['messages', '--status', 'lost']);
    expect(wrong.exit).toBe(1);
    expect(wrong.stderr).toContain('query.status');
    const { exit, stderr } = await cli(['messages', '--url', gateway.url], { env: { GATEWAY_KEY: 'another' } });
    expect(exit).toBe(1);
    expect(stderr).toContain('401');
  });
});

describe('show', () => {
  it('tells what became of a message', async () => {
    const good = await ask(['show', ids.good]);
    expect(good.exit).toBe(0);
    expect(good.stdout).toMatch(/held {2}lab-result/);
    expect(good.stdout).toMatch(/received[^]*held/);
    const refused = await ask(['show', ids.refused]);
    expect(refused.stdout).toMatch(/refused at PID-3/);
  });

  it('prints the API’s own answer with --json', async () => {
    const { stdout } = await ask(['show', ids.good, '--json']);
    expect(JSON.parse(stdout)).toEqual(
      await (
        await fetch(`${gateway.url}/messages/${ids.good}`, { headers: { authorization: `Bearer ${KEY}` } })
      ).json(),
    );
  });

  it('exits 1 for a message that is unknown', async () => {
    const { exit, stderr } = await ask(['show', '00000000-0000-4000-8000-000000000000']);
    expect(exit).toBe(1);
    expect(stderr).toContain('No such message');
  });
});

describe('replay', () => {
  it('exits 1 for what may not be replayed, and says why', async () => {
    const { exit, stdout, stderr } = await ask(['replay', ids.good, ids.refused]);
    expect(exit).toBe(1);
    expect(stdout).toBe('');
    expect(stderr.match(/\b409\b/g)).toHaveLength(2);
  });

  it('shows with --dry-run what would differ, and sends nothing', async () => {
    const { exit, stdout } = await ask(['replay', ids.good, '--dry-run']);
    expect(exit).toBe(0);
    expect(stdout).toBe(`${ids.good}: the current mapping makes the same\n`);
    const json = await ask(['replay', ids.good, '--dry-run', '--json']);
    expect(JSON.parse(json.stdout)).toEqual({ deliveries: [], difference: [] });
    expect((await ask(['replay', ids.refused, '--dry-run'])).exit).toBe(1);
  });
});

describe('replay by filter', () => {
  it('counts what it would do with --dry-run, and says why not', async () => {
    const { exit, stdout, stderr } = await ask(['replay', '--status', 'held', '--flow', 'lab-result', '--dry-run']);
    expect(exit).toBe(1);
    expect(stdout).toMatch(new RegExp(`^${ids.good}: a message that is held is not replayed`));
    expect(stderr).toBe('1 found, 0 would be replayed, 1 refused\n');
  });

  it('finds nothing to do, and that is well', async () => {
    const { exit, stdout, stderr } = await ask(['replay', '--status', 'dead', '--destination', 'ecd', '--limit', '5']);
    expect({ exit, stdout, stderr }).toEqual({ exit: 0, stdout: '', stderr: '0 found, 0 replayed, 0 refused\n' });
    const json = await ask(['replay', '--bsn', '-', '--status', 'dead', '--json'], person.bsn);
    expect(JSON.parse(json.stdout)).toMatchObject({ found: 0, items: [], next: null });
  });

  it('takes ids or a filter, not both and not neither', async () => {
    for (const args of [['replay'], ['replay', ids.good, '--status', 'dead'], ['replay', '--dry-run']]) {
      const { exit, stderr } = await ask(args);
      expect(exit).toBe(2);
      expect(stderr).toContain('one of the two');
    }
  });
});

describe('a gateway that is not there', () => {
  it.each([['messages'], ['show', 'x'], ['replay', 'x'], ['demo']])('exits 3: %s %s', async (...args) => {
    const words = args.filter((arg) => typeof arg === 'string');
    const { exit, stderr } = await cli([...words, '--url', 'http://127.0.0.1:9']);
    expect(exit).toBe(3);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
