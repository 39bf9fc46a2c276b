import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LedgerUnavailable } from '../../gateway/ledger/ledger.ts';
import { createLog, type LogFields } from '../../gateway/log.ts';

function logged(write: (log: ReturnType<typeof createLog>) => void): {
  text: string;
  lines: Record<string, unknown>[];
} {
  let text = '';
  write(createLog({ level: 'debug', stream: { write: (line) => void (text += line) } }));
  const lines = text.split('\n').filter(Boolean);
  return { text, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('the log', () => {
  test('writes the event with its ids and numbers', () => {
    const { lines } = logged((log) => log.event('delivery.dead', { deliveryId: 'a-b', attempts: 3 }, 'error'));
    expect(lines).toMatchObject([{ event: 'delivery.dead', deliveryId: 'a-b', attempts: 3, level: 50 }]);
  });

  test.each([['Anna de Vries'], ['999900006'], ['99999114'], ['a\nb'], ['x'.repeat(121)], ['PID|1||999900006^^^']])(
    'withholds %j, whatever field it stands in',
    (value) => {
      const { text, lines } = logged((log) => log.event('x', { source: value }));
      expect(lines).toMatchObject([{ source: 'withheld' }]);
      expect(text).not.toContain(value);
    },
  );

  test('writes no field outside the list', () => {
    const sneaked = { name: 'Vries' } as LogFields;
    expect(logged((log) => log.event('x', sneaked)).text).not.toContain('Vries');
  });

  test('of an error writes where, not what', () => {
    const error = Object.assign(new Error('patient Anna de Vries'), { code: 'ECONNRESET' });
    const { text, lines } = logged((log) => log.failure('x', error, { messageId: 'm1' }));
    expect(text).not.toContain('Anna');
    expect(lines).toMatchObject([{ event: 'x', error: 'Error', errorCode: 'ECONNRESET', messageId: 'm1' }]);
    expect(String((lines[0]?.['stack'] as string[])[0])).toContain('log.test.ts');
  });

  test('of an error with a cause tells the code at the bottom, or the place where there is none', () => {
    const full = Object.assign(new Error('near "Anna de Vries"'), { name: 'SqliteError', code: 'SQLITE_FULL' });
    const wrapped = new LedgerUnavailable('cannot be written', { cause: new Error('again', { cause: full }) });
    const plain = new LedgerUnavailable('cannot be written', { cause: new Error('patient Anna de Vries') });
    const odd = Object.assign(new Error('x'), { code: 'Anna de Vries' });
    const round = new Error('its own cause');
    round.cause = round;
    const { text, lines } = logged((log) => {
      log.failure('x', wrapped);
      log.failure('x', plain);
      log.failure('x', new LedgerUnavailable('cannot be written', { cause: odd }));
      log.failure('x', new LedgerUnavailable('cannot be written', { cause: 'Anna de Vries' }));
      log.failure('x', round);
    });
    expect(text).not.toContain('Anna');
    expect(lines[0]).toMatchObject({ error: 'LedgerUnavailable', cause: 'SqliteError', causeCode: 'SQLITE_FULL' });
    expect(lines[1]).toMatchObject({ cause: 'Error', causeAt: expect.stringContaining('log.test.ts') as string });
    expect(lines[2]).not.toHaveProperty('causeCode');
    expect(lines[3]).not.toHaveProperty('cause');
    expect(lines[4]).not.toHaveProperty('cause');
  });

  (existsSync('/dev/full') ? test : test.skip)('that cannot be written does not end the process', () => {
    const program = `
      const { createLog } = await import(process.argv[1]);
      const log = createLog({ level: 'info' });
      for (let n = 0; n < 3; n += 1) log.event('x', { count: n });
      process.stdout.write('alive');`;
    const built = pathToFileURL(join(__dirname, '../../dist/gateway/log.js')).href;
    // A disk that is always full.
    const full = openSync('/dev/full', 'w');
    const args = ['--input-type=module', '-e', program, built];
    const { status, stdout } = spawnSync(process.execPath, args, { stdio: ['ignore', 'pipe', full], encoding: 'utf8' });
    closeSync(full);
    expect([status, stdout]).toEqual([0, 'alive']);
  });
});
