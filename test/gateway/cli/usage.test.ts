import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import packageFile from '../../../package.json' with { type: 'json' };
import { cli, folderOf, ORU } from './command.ts';

const COMMANDS = [
  'serve',
  'work',
  'map',
  'validate',
  'test',
  'send',
  'demo',
  'messages',
  'show',
  'replay',
  'destinations',
  'pause',
  'resume',
  'doctor',
  'backup',
  'completion',
];

describe('usage', () => {
  it.each(COMMANDS)('%s has help', async (command) => {
    const { exit, stdout } = await cli([command, '--help']);
    expect(exit).toBe(0);
    expect(stdout).toContain(`Usage: wijkkliniek-gateway ${command}`);
  });

  it('lists every command, and the exit codes', async () => {
    const { exit, stdout } = await cli(['--help']);
    expect(exit).toBe(0);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    expect(stdout).toMatch(/Exit: 0/);
  });

  it.each([
    [[]],
    [['frobnicate']],
    [['map']],
    [['map', '--frobnicate', ORU]],
    [['map', ORU, '--region']],
    [['test']],
    [['test', 'one', 'two']],
    [['show']],
    [['completion', 'fish']],
    [['messages', '--url', 'nowhere']],
    [['send', ORU, '--to', 'ftp://127.0.0.1']],
    [['send', ORU, '--key-env', 'NOT_SET']],
  ])('%j is wrong usage: exit 2, words on standard error only', async (args) => {
    const { exit, stdout, stderr } = await cli(args);
    expect(exit).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toBe('');
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('says its version', async () => {
    expect((await cli(['--version'])).stdout).toBe(`${packageFile.version}\n`);
  });

  it('does not load the gateway to map a file', async () => {
    const loaded = spawnSync(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `
        import { createRequire, register } from 'node:module';
        register('data:text/javascript,export async function load(u,c,n){if(/express|libsql|axios|prom-client|gateway.main/.test(u))process._rawDebug(u);return n(u,c)}');
        const { run } = await import('./dist/gateway/cli/run.js');
        process.exitCode = await run(['map', '${ORU}']);
      `,
      ],
      { encoding: 'utf8' },
    );
    expect(loaded.status).toBe(0);
    expect(loaded.stderr.split('\n').filter((line) => line.startsWith('file:'))).toEqual([]);
  });
});

describe('completion', () => {
  const folder = folderOf();

  it('completes commands and options in bash', async () => {
    const { exit, stdout } = await cli(['completion', 'bash']);
    expect(exit).toBe(0);
    const file = join(folder, 'completion.bash');
    writeFileSync(file, stdout);
    const ask = (...words: string[]): string[] =>
      execFileSync(
        'bash',
        [
          '-c',
          `source "${file}"; COMP_WORDS=(wijkkliniek-gateway ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _wijkkliniek_gateway; echo "\${COMPREPLY[@]}"`,
        ],
        { encoding: 'utf8' },
      )
        .trim()
        .split(' ');
    expect(ask('m')).toEqual(['map', 'messages']);
    expect(ask('map', '--e')).toEqual(['--explain']);
    expect(ask('messages', '--control')).toEqual(['--control-id']);
    expect(ask('completion', 'z')).toEqual(['zsh']);
    expect(ask('map', 'fi')).toEqual(['']);
  });

  it('names every command for zsh', async () => {
    const { exit, stdout } = await cli(['completion', 'zsh']);
    expect(exit).toBe(0);
    expect(stdout.startsWith('#compdef wijkkliniek-gateway\n')).toBe(true);
    for (const command of COMMANDS) expect(stdout).toContain(`'${command}:`);
  });
});

describe('colours', () => {
  const onTerminal = (env: string): string =>
    spawnSync('script', ['-qec', `${env} "${process.execPath}" gateway/bin.mjs doctor`, '/dev/null'], {
      encoding: 'utf8',
    }).stdout;

  // util-linux's script gives the command a terminal.
  const terminal = spawnSync('script', ['--version']).status === 0 ? it : it.skip;
  terminal('are shown on a terminal only, and not where NO_COLOR is set', async () => {
    const escape = '\u001b[';
    expect((await cli(['doctor'])).stdout).not.toContain(escape);
    expect(onTerminal('')).toContain(escape);
    expect(onTerminal('NO_COLOR=1')).not.toContain(escape);
  });
});
