import { existsSync, readFileSync } from 'node:fs';
import { BSN, delivery, enrolment, message, NOW, settle, take, task } from '../samples.ts';
import { openTemporary, temporaryFile } from './open-temporary.ts';

const CANARIES = { bsn: BSN, name: 'Kanariepietje', number: '4109590-KP', words: 'Zeldzaamstraat 17' };
const text = Object.values(CANARIES).join('|');
const content = { mediaType: 'text/plain', bytes: Buffer.from(text) };

function found(file: string): string[] {
  const files = [file, `${file}-wal`, `${file}-shm`].filter((each) => existsSync(each));
  return files.flatMap((each) => {
    const bytes = readFileSync(each);
    return Object.values(CANARIES).filter(
      (canary) => bytes.includes(canary) || bytes.includes(Buffer.from(canary, 'utf16le')),
    );
  });
}

test('no BSN, name or patient number stands readable in the database or its log', async () => {
  const file = temporaryFile();
  const ledger = await openTemporary(file);
  const keys = { bsn: BSN, numbers: [{ assigner: 'epd', value: CANARIES.number }] };
  const m = message({
    raw: content,
    mapped: content,
    patientKeys: keys,
    things: [`report|${text}`],
    warnings: [{ code: 'untranslated-code', location: 'OBX-3', text }],
    refusal: { httpStatus: 422, code: 'x', ackCode: 'AE', location: 'PID-3', text },
  });
  const d = delivery(m.id, { body: content });
  await ledger.write(async (tx) => {
    await tx.insertMessage(m);
    await tx.countUnmapped('lab', [{ system: '', code: text, text }], NOW);
    await tx.insertDelivery(d);
    const hosted = task(m.id, { resource: JSON.stringify({ note: text }) });
    await tx.saveTask(hosted, null);
    await tx.insertEnrolment(enrolment(m.id, await tx.linkPatient(null, keys), { task: hosted.id }));
  });
  await take(ledger, { limit: 1 });
  const error = { class: 'permanent', code: 'http-422', text } as const;
  await settle(ledger, d.id, { outcome: 'dead', at: NOW, error, responseStatus: 422 });
  expect(found(file)).toEqual([]);
  expect(readFileSync(`${file}-wal`).includes(m.id)).toBe(true);
  await ledger.close();
  expect(found(file)).toEqual([]);
  expect(readFileSync(file).includes(m.id)).toBe(true);
});

test('what was destroyed leaves the file, not only its row', async () => {
  const file = temporaryFile();
  const ledger = await openTemporary(file);
  const m = message();
  await ledger.write((tx) => tx.insertMessage({ ...m, raw: { mediaType: 'x', bytes: Buffer.alloc(20_000, 'a') } }));
  await ledger.close();
  const before = readFileSync(file);
  const again = await openTemporary(file);
  const { Connection } = await import('../../../../gateway/ledger/sqlite/connection.ts');
  const db = Connection.open(file, { write: false, synchronous: 'FULL' });
  const sealed = Buffer.from(db.get<{ sealed: Uint8Array }>('SELECT sealed FROM raw')?.sealed ?? []);
  db.close();
  const piece = sealed.subarray(0, 40);
  expect(before.includes(piece)).toBe(true);
  await again.write((tx) => tx.destroyContent(m.id));
  await again.close();
  expect(readFileSync(file).includes(piece)).toBe(false);
});
