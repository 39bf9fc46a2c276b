import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { newFolder } from '../setup/gateway.ts';
import { regionFor, result, testBsns } from './patients.ts';

const traceable = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;
if (!traceable && process.env.CI === 'true') throw new Error('strace is needed to see the sync of a commit');

const COUNT = 5;

/** Runs a gateway and is its sender: one message at a time over MLLP, the next after the acknowledgement. */
const PLAY = `
import { connect } from 'node:net';
setTimeout(() => process.exit(3), 50_000).unref(); // a tracer does not heed being told to end
const [dist, folder, regionFile, messagesFile, synchronous] = process.argv.slice(1);
const { readFileSync } = await import('node:fs');
const { startGateway } = await import(dist + 'main.js');
const { readConfig } = await import(dist + 'config.js');
const { readRegion } = await import(dist + 'regions/load.js');
const { silentLog } = await import(dist + 'log.js');
const { openLedger: open } = await import(dist + 'ledger/open.js');
const { config } = readConfig({ PORT: '0', MLLP_PORT: '0', DATABASE_URL: 'file:' + folder + '/g.sqlite' });
const { region } = readRegion(readFileSync(regionFile, 'utf8'));
const openLedger = (options) => open({ ...options, synchronous });
const gateway = await startGateway(config, region, silentLog, { openLedger });
const socket = connect(gateway.mllpPort, '127.0.0.1');
for (const text of JSON.parse(readFileSync(messagesFile, 'utf8'))) {
  socket.write('\\x0b' + text + '\\x1c\\r');
  await new Promise((resolve) => socket.once('data', resolve));
}
socket.destroy();
await gateway.stop();
`;

/** Per message: whether the log of the ledger was synced between the arrival and the acknowledgement on the wire. */
function syncedBeforeAcknowledged(synchronous: 'FULL' | 'OFF'): boolean[] {
  const folder = newFolder();
  const [regionFile, messagesFile, trace] = ['region.json', 'messages.json', 'trace'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const [bsn = ''] = testBsns(1);
  const messages = Array.from({ length: COUNT }, (_, index) => result(bsn, index));
  // Nobody listens there: nothing but the arrivals is written meanwhile.
  writeFileSync(regionFile, JSON.stringify({ ...regionFor(9), destinations: [], deliver: {} }));
  writeFileSync(messagesFile, JSON.stringify(messages.map(({ text }) => text)));
  const dist = `${pathToFileURL(join(__dirname, '../../dist/gateway')).href}/`;
  const calls = 'trace=fsync,fdatasync,write,writev,sendto,sendmsg';
  const node = [
    process.execPath,
    '--input-type=module',
    '-e',
    PLAY,
    dist,
    folder,
    regionFile,
    messagesFile,
    synchronous,
  ];
  const run = spawnSync('strace', ['-f', '-y', '-s', '400', '-e', calls, '-o', trace, ...node], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' });
  const lines = readFileSync(trace, 'utf8').split('\n');
  rmSync(folder, { recursive: true, force: true });
  return messages.map(({ controlId }) => {
    const sent = lines.findIndex((line) => line.includes(`|${controlId}|P|2.5`) && !line.includes('MSA|'));
    const acknowledged = lines.findIndex((line) => line.includes(`MSA|AA|${controlId}`));
    expect(sent).toBeGreaterThan(-1);
    expect(acknowledged).toBeGreaterThan(sent);
    return lines.slice(sent, acknowledged).some((line) => /\bf(?:data)?sync\(.*-wal>\)\s+= 0/.test(line));
  });
}

(traceable ? describe : describe.skip)('an acknowledgement goes on the wire', () => {
  it('only after the commit of its message was synced to the disk', () => {
    expect(syncedBeforeAcknowledged('FULL')).toEqual(Array.from({ length: COUNT }, () => true));
  }, 90_000);

  it('without a sync when syncing is off, so that the test above can fail', () => {
    expect(syncedBeforeAcknowledged('OFF')).toEqual(Array.from({ length: COUNT }, () => false));
  }, 90_000);
});
