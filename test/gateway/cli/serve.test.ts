import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { welcome } from '../../../gateway/cli/serve.ts';
import { asProcess, regionOf } from '../../setup/gateway.ts';
import { hasPostgres, inSchema, newSchema } from '../../setup/postgres.ts';
import { cli, folderOf } from './command.ts';

const folder = folderOf();
const database = (name: string): Record<string, string> => ({ DATABASE_URL: `file:${join(folder, name)}` });
const saved = (name: string, content: unknown): string => {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
};
const amsterdam = JSON.parse(readFileSync('gateway/regions/amsterdam.json', 'utf8')) as {
  destinations: object[];
  sources: object[];
};

describe('serve', () => {
  it('prints its addresses and three things to try, and stops with exit 0 on Ctrl-C', async () => {
    const gateway = await asProcess(folder);
    expect(gateway.output()).toMatch(/HTTP {2}http:\/\/127\.0\.0\.1:\d+/);
    expect(gateway.output()).toMatch(/MLLP {2}127\.0\.0\.1:\d+/);
    expect(gateway.output()).toContain('Three things to try');
    expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
    const ended = new Promise((resolve) => gateway.child.once('exit', resolve));
    gateway.child.kill('SIGINT');
    expect(await ended).toBe(0);
  });

  it('suggests what there is to try, where it answers: the demo in the sandbox alone', () => {
    const shown = (region: string): string =>
      welcome('http://[::1]:8090', '[::1]:2575', regionOf(JSON.parse(readFileSync(region, 'utf8')))).join('\n');
    expect(shown('gateway/regions/sandbox.json')).toContain('demo --url http://[::1]:8090');
    expect(shown('gateway/regions/amsterdam.json')).not.toContain('demo');
    expect(shown('gateway/regions/amsterdam.json')).toContain('messages --url http://[::1]:8090');
  });

  it('lists every fault of the environment and of the region file at once, and exits 2', async () => {
    const region = saved('wrong.json', { id: 'x', name: '', unheard: 1 });
    const { exit, stdout, stderr } = await cli(['serve', '--config', region], {
      env: { PORT: 'many', LOG_LEVEL: 'loud', DATABASE_URL: 'mysql://x' },
    });
    expect(exit).toBe(2);
    expect(stdout).toBe('');
    for (const place of ['PORT', 'LOG_LEVEL', 'DATABASE_URL', 'name', 'parties', 'sources', 'unheard']) {
      expect(stderr).toMatch(new RegExp(`^  .*${place}`, 'm'));
    }
  });

  it('names by path what a region file refers to and is not there', async () => {
    const region = saved('dangling.json', { ...amsterdam, deliver: { vvt: 'nowhere', hospital: 'neither' } });
    const { exit, stderr } = await cli(['serve', '--config', region], { env: database('none.sqlite') });
    expect(exit).toBe(2);
    expect(stderr).toContain('deliver.vvt: no destination named nowhere');
    expect(stderr).toContain('deliver.hospital: no destination named neither');
  });

  it('says which key of the region is not set', async () => {
    const keyed = saved('keyed.json', {
      ...amsterdam,
      sources: amsterdam.sources.map((source) => ({ ...source, auth: { kind: 'api-key', keyEnv: 'NOBODY_SET_THIS' } })),
    });
    const { exit, stderr } = await cli(['serve'], { env: { CONFIG: keyed, ...database('none.sqlite') } });
    expect(exit).toBe(2);
    expect(stderr).toContain('sources[0].auth.keyEnv: the environment variable NOBODY_SET_THIS is not set');
  });

  it('exits 2 for a region file that is not there', async () => {
    const { exit, stderr } = await cli(['serve', '--config', join(folder, 'nowhere.json')]);
    expect(exit).toBe(2);
    expect(stderr).toContain('cannot be read');
  });

  it('ends with words when its port is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const { exit, stderr } = await cli(['serve'], {
      env: { PORT: String(port), MLLP_PORT: '0', LOG_LEVEL: 'silent', ...database('taken.sqlite') },
    });
    expect(exit).toBe(1);
    expect(stderr).toContain('EADDRINUSE');
    taken.close();
  });
});

describe('doctor', () => {
  it('says a line for each thing and exits 0 when all is well', async () => {
    const { exit, stdout } = await cli(['doctor'], { env: database('new.sqlite') });
    expect(exit).toBe(0);
    for (const what of ['environment', 'region', 'keys', 'database', 'redis', 'destination', 'clock']) {
      expect(stdout).toMatch(new RegExp(`^ok +${what} `, 'm'));
    }
  });

  it('opens the database with its key, and sees that it is another’s', async () => {
    const gateway = await asProcess(folder);
    await gateway.stop();
    const own = database('gateway.sqlite');
    const well = await cli(['doctor'], { env: own });
    expect(well.stdout).toMatch(/^ok +database .*0 messages, balanced$/m);
    expect(well.stdout).toMatch(/^ok +keys .*owner alone$/m);
    const LEDGER_KEY = Buffer.alloc(32, 7).toString('base64');
    const { exit, stdout } = await cli(['doctor'], { env: { ...own, LEDGER_KEY } });
    expect(exit).toBe(1);
    expect(stdout).toMatch(/^wrong +database /m);
  });

  it('copies the ledger of a gateway that goes on, once, and the copy opens with the same key', async () => {
    const gateway = await asProcess(folder);
    const copy = join(folder, 'copy.sqlite');
    const made = await cli(['backup', copy], { env: database('gateway.sqlite') });
    expect(made).toMatchObject({ exit: 0, stderr: '' });
    const again = await cli(['backup', copy], { env: database('gateway.sqlite') });
    expect(again.exit).toBe(1);
    expect(again.stderr).toContain('never written over another');
    await gateway.stop();
    const LEDGER_KEY = readFileSync(join(folder, 'gateway.sqlite.key'), 'utf8').trim();
    const { stdout } = await cli(['doctor'], { env: { ...database('copy.sqlite'), LEDGER_KEY } });
    expect(stdout).toMatch(/^ok +database .*balanced$/m);
  });

  (hasPostgres ? it : it.skip)('says of PostgreSQL what it is, and makes nothing', async () => {
    const url = newSchema();
    const LEDGER_KEY = Buffer.alloc(32, 7).toString('base64');
    const { exit, stdout } = await cli(['doctor'], { env: { DATABASE_URL: url, LEDGER_KEY } });
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^ok +database +PostgreSQL \d+.*will be made at the first start$/m);
    expect(stdout).toMatch(/^ok +database .*standby/m);
    const schemas = await inSchema(url, (client) =>
      client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [new URL(url).searchParams.get('schema')]),
    );
    expect(schemas.rows).toEqual([]);
    expect((await cli(['backup', join(folder, 'pg')], { env: { DATABASE_URL: url, LEDGER_KEY } })).stderr).toContain(
      'pg_dump',
    );
    expect((await cli(['doctor'], { env: { DATABASE_URL: url } })).stdout).toContain(
      'LEDGER_KEY: needed with PostgreSQL',
    );
  });

  it('exits 1 when a destination does not answer, or the environment is wrong, with the mend', async () => {
    const region = saved('dead.json', {
      ...amsterdam,
      sources: amsterdam.sources.map((source) => ({ ...source, auth: { kind: 'none' } })),
      destinations: amsterdam.destinations.map((destination) =>
        'baseUrl' in destination
          ? { ...destination, baseUrl: 'http://127.0.0.1:9/fhir', auth: { kind: 'none' } }
          : { ...destination, host: '127.0.0.1', port: 9 },
      ),
    });
    const { exit, stdout } = await cli(['doctor', '--config', region], { env: database('new.sqlite') });
    expect(exit).toBe(1);
    expect(stdout).toMatch(/^wrong +destination .*ECONNREFUSED: is it running/m);
    const open = await cli(['doctor'], { env: { HOST: '0.0.0.0', ...database('new.sqlite') } });
    expect(open.exit).toBe(1);
    expect(open.stdout).toMatch(/^wrong +keys .*OPERATOR_KEY/m);
    expect((await cli(['doctor'], { env: { PORT: 'x' } })).exit).toBe(1);
  });
});
