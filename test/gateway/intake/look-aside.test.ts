/** What is seen in another thread is what would have been seen here, in the order of asking, whatever ends the thread. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lookAside, LookLost, type LookAside } from '../../../gateway/intake/look-aside.ts';
import { lookHere } from '../../../gateway/intake/look-here.ts';
import type { Looked } from '../../../gateway/intake/look.ts';
import type { Looking } from '../../../gateway/intake/receive.ts';
import { createSeal } from '../../../gateway/ledger/seal.ts';
import type { Door } from '../../../gateway/ledger/ledger.ts';
import sandbox from '../../../gateway/regions/sandbox.json' with { type: 'json' };
import { writeJson } from '../../../profiles/json/write.ts';
import { regionOf } from '../../setup/gateway.ts';

const seal = createSeal(Buffer.alloc(32, 5));
const failures: unknown[] = [];
const deps = {
  region: regionOf(sandbox),
  secret: () => undefined,
  seal,
  ownKey: seal.key,
  log: { failure: (_name: string, error: unknown) => failures.push(error) },
};
const stamp = () => ({ receivedAt: '2026-11-20T14:05:00.000Z', messageId: randomUUID(), taskId: randomUUID() });

const arrival = (door: Door, mediaType: string, bytes: Uint8Array, xSource: string | null = null): Looking => ({
  door,
  mediaType,
  bytes,
  credentials: { bearer: null, xSource, loopback: true },
  traceparent: null,
});
const v2 = (text: string): Looking => arrival('mllp', 'application/hl7-v2', Buffer.from(text));
const sample = (mapping: string, name: string): Buffer =>
  readFileSync(join(__dirname, '../../../mappings', mapping, 'samples', name));
const fhir = (bytes: Uint8Array, xSource: string): Looking => arrival('fhir', 'application/fhir+json', bytes, xSource);

/** A Task that moves a transfer, with a decimal that JavaScript would write otherwise. */
const step = Buffer.from(
  JSON.stringify({
    resourceType: 'Bundle',
    type: 'transaction',
    identifier: { system: 'urn:x', value: 'step-1' },
    entry: [
      {
        fullUrl: 'urn:uuid:7b1a3e1e-0d6f-4f0e-9b53-5d2c0b8f7a10',
        resource: {
          resourceType: 'Task',
          id: '7b1a3e1e-0d6f-4f0e-9b53-5d2c0b8f7a10',
          status: 'accepted',
          intent: 'order',
          output: [{ type: { text: 'beds' }, valueDecimal: 0 }],
        },
        request: { method: 'PUT', url: 'Task/7b1a3e1e-0d6f-4f0e-9b53-5d2c0b8f7a10' },
      },
    ],
  }).replace('"valueDecimal":0', '"valueDecimal":5.60'),
);

const cases: Record<string, Looking> = {
  'a laboratory result': v2(sample('lab-oru', 'pneumonia-glims/input.hl7').toString()),
  'a change of a patient': v2(sample('admin-adt', 'a08-change-with-deletion/input.hl7').toString()),
  'a transfer': fhir(sample('transfer-fhir', 'amsterdam-pneumonia/input.json'), 'sandbox-hospital'),
  'a Task that changes a transfer': fhir(step, 'sandbox-ecd'),
  'a refused BSN': fhir(sample('transfer-fhir', 'refused-bsn/input.json'), 'sandbox-hospital'),
  'an unreadable message': v2('not HL7'),
  'an unknown sender': fhir(Buffer.from('{}'), 'nobody'),
};

/** As it is stored: sealed contents are opened, since each sealing has a nonce of its own. */
function told(looked: Looked, messageId: string): string {
  if (!looked.ok) return writeJson(looked);
  const { raw, mapped } = looked.sealed;
  const opened = {
    raw: seal.open('raw', messageId, raw).toString('latin1'),
    mapped: mapped === null ? null : seal.open('mapped', messageId, mapped).toString('latin1'),
  };
  const { outcome } = looked.judged;
  const clear = outcome.ok && outcome.clear !== null ? Buffer.from(outcome.clear.bytes).toString('latin1') : null;
  const plain = outcome.ok ? { ...outcome, clear } : outcome;
  return writeJson({ ...looked, judged: { ...looked.judged, outcome: plain }, sealed: opened });
}

describe('looking in threads', () => {
  let aside: LookAside;
  beforeAll(() => {
    aside = lookAside(deps, 2);
  });
  afterAll(() => aside.stop());

  test.each(Object.keys(cases))('sees %s as it is seen here', async (name) => {
    const asked = cases[name] as Looking;
    const given = stamp();
    const [there, here] = await Promise.all([aside.look(asked, given), lookHere(deps)(asked, given)]);
    expect(told(there, given.messageId)).toBe(told(here, given.messageId));
  });

  test('keeps the decimals of a Task that crosses', async () => {
    const given = stamp();
    const text = told(await aside.look(cases['a Task that changes a transfer'] as Looking, given), given.messageId);
    expect(text).toContain('"change":{"kind":"put"');
    expect(text.slice(text.indexOf('"change"'))).toContain('5.60');
  });

  test('tells in the order of asking, whichever thread was first', async () => {
    const large = v2(
      `${sample('lab-oru', 'pneumonia-glims/input.hl7').toString()}${'NTE|1||long'.padEnd(400_000, 'x')}\r`,
    );
    const small = v2('not HL7');
    const seen: number[] = [];
    const all = Array.from({ length: 300 }, (_, n) =>
      aside.look(n % 64 === 0 ? large : small, stamp()).then(() => seen.push(n)),
    );
    await Promise.all(all);
    expect(seen).toEqual(Array.from({ length: 300 }, (_, n) => n));
  });

  describe('when a thread ends under it', () => {
    const small = cases['an unreadable message'] as Looking;
    const many = `${sample('lab-oru', 'pneumonia-glims/input.hl7').toString()}${'OBX|1|ST|1^a^L||b\r'.repeat(150_000)}`;

    test('tells who asked, alone, and looks at the others once more', async () => {
      const narrow = lookAside({ ...deps, heapMb: 64 }, 1);
      try {
        const others = Array.from({ length: 5 }, () => narrow.look(small, stamp()));
        const poison = expect(narrow.look(v2(many), stamp())).rejects.toBeInstanceOf(LookLost);
        const after = Array.from({ length: 5 }, () => narrow.look(small, stamp()));
        await poison;
        for (const looked of await Promise.all([...others, ...after])) expect(looked.ok).toBe(true);
        expect(failures.length).toBeGreaterThan(0);
        expect(narrow.isWell()).toBe(true);
      } finally {
        await narrow.stop();
      }
    });

    test('one that looks too long is such a thread', async () => {
      const hasty = lookAside({ ...deps, limitMs: 1 }, 1);
      try {
        await expect(hasty.look(v2(many), stamp())).rejects.toBeInstanceOf(LookLost);
      } finally {
        await hasty.stop();
      }
    });

    test('again and again, without an answer, it is not well', async () => {
      const starved = lookAside({ ...deps, heapMb: 4 }, 1);
      try {
        for (let tries = 0; tries < 3; tries++) {
          await expect(starved.look(small, stamp())).rejects.toBeInstanceOf(LookLost);
        }
        expect(starved.isWell()).toBe(false);
      } finally {
        await starved.stop();
      }
    });

    test('what was not told yet when it is stopped hears so', async () => {
      const stopping = lookAside(deps, 1);
      const asked = expect(stopping.look(small, stamp())).rejects.toBeInstanceOf(LookLost);
      await stopping.stop();
      await asked;
    });
  });
});
