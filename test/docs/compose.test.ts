import { readFileSync } from 'node:fs';
import { readConfig } from '../../gateway/config.ts';

const compose = readFileSync('compose.yaml', 'utf8');
const dockerfile = readFileSync('Dockerfile', 'utf8');
const indented = (name: string): string =>
  new RegExp(`^  ${name}:\\n((?:    .*\\n|\\n)+)`, 'm').exec(compose)?.[1] ?? '';

const GIVEN: Readonly<Record<string, string>> = {
  POSTGRES_PASSWORD: 'secret',
  LEDGER_KEY: Buffer.alloc(32, 7).toString('base64'),
  OPERATOR_KEY: 'operator-key',
};
/** `NAME: value` of the gateway's own environment, with what a person sets. */
const environment = Object.fromEntries(
  [...(/environment: &environment\n((?: {4}.*\n)+)/.exec(compose)?.[1] ?? '').matchAll(/^ {4}([A-Z_]+): (.*)$/gm)].map(
    ([, name = '', value = '']) => [name, value.replace(/\$\{(\w+):\?[^}]*\}/g, (_, of: string) => GIVEN[of] ?? '')],
  ),
);
describe('compose.yaml', () => {
  it('gives the gateway an environment it takes, of PostgreSQL and Redis', () => {
    const read = readConfig(environment);
    expect(read).toMatchObject({ ok: true, config: { database: { engine: 'postgres' }, operatorKey: 'operator-key' } });
    expect(read.ok && read.config.redis?.url).toBe('redis://redis:6379');
  });

  it('runs doors and delivery more than once, with the commands there are', () => {
    for (const name of ['serve', 'work']) {
      expect(indented(name)).toContain(`command: ['${name}']`);
      expect(indented(name)).toMatch(/replicas: [2-9]/);
    }
  });

  it('asks `work` where it answers', () => {
    const read = readConfig({});
    expect(indented('work')).toContain(`127.0.0.1:${read.ok ? read.config.workPort : ''}/health/live`);
  });

  it('has a Redis that throws nothing away', () => {
    expect(indented('redis')).toContain("'--appendonly', 'yes'");
    expect(indented('redis')).toContain("'--maxmemory-policy', 'noeviction'");
  });

  it('is beside an image that listens beyond loopback, which docs/operations.md runs with the key to read', () => {
    expect(dockerfile).toMatch(/^ENV .*HOST=0\.0\.0\.0/m);
    expect(readFileSync('docs/operations.md', 'utf8')).toContain('`docker run -e OPERATOR_KEY=…`');
  });

  it('publishes the ports the image exposes, and mounts what the processes read', () => {
    const exposed = /^EXPOSE (.*)$/m.exec(dockerfile)?.[1]?.split(' ') ?? [];
    expect(exposed.length).toBeGreaterThan(1);
    for (const port of exposed) expect(indented('serve')).toMatch(new RegExp(`- '[\\d-]+:${port}'`));
    expect(compose).toContain(`./region.json:${environment['CONFIG'] ?? ''}:ro`);
  });
});
