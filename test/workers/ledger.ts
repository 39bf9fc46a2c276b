/** A real ledger in a temporary folder, and messages with one delivery each to put in it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../gateway/clock.ts';
import type { Ledger, NewDelivery, NewMessage } from '../../gateway/ledger/ledger.ts';
import { openSqliteLedger } from '../../gateway/ledger/sqlite/open.ts';

export async function temporaryLedger(): Promise<{ readonly ledger: Ledger; end: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'wijkkliniek-workers-'));
  const ledger = await openSqliteLedger({
    file: join(folder, 'ledger.sqlite'),
    key: Buffer.alloc(32, 7),
    clock: systemClock,
  });
  return {
    ledger,
    end: async () => {
      await ledger.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const newMessage = (over: Partial<NewMessage> = {}): NewMessage => {
  const id = over.id ?? randomUUID();
  return {
    id,
    receivedAt: new Date().toISOString(),
    source: 'lab',
    door: 'fhir',
    type: 'Bundle/transaction',
    controlId: id,
    flow: 'lab-result',
    status: 'pending',
    key: id,
    contentHash: id,
    refusal: null,
    warnings: [],
    mapping: null,
    patient: null,
    patientKeys: { bsn: null, numbers: [] },
    orderedAt: null,
    holdUntil: null,
    task: null,
    things: [],
    raw: { mediaType: 'text/plain', bytes: Buffer.from('raw') },
    mapped: null,
    ...over,
  };
};

export interface Sending {
  readonly destination: string;
  readonly lane: string;
  readonly body: string;
  readonly mediaType?: string;
}

const newDelivery = (messageId: string, sending: Sending): NewDelivery => ({
  id: randomUUID(),
  messageId,
  kind: 'lab-result',
  destination: sending.destination,
  lane: sending.lane,
  idempotencyKey: randomUUID(),
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  body: { mediaType: sending.mediaType ?? 'application/fhir+json', bytes: Buffer.from(sending.body) },
  createdAt: new Date().toISOString(),
});

/** Stores a message with one delivery per sending, in order; returns the messages' ids. */
export async function queue(ledger: Ledger, sendings: readonly Sending[]): Promise<string[]> {
  return Promise.all(
    sendings.map((sending) =>
      ledger.write(async (tx) => {
        const { id } = await tx.insertMessage(newMessage());
        await tx.insertDelivery(newDelivery(id, sending));
        return id;
      }),
    ),
  );
}

/** Waits until `test` holds; fails after `withinMs`. */
export async function eventually(test: () => boolean | Promise<boolean>, withinMs = 15_000): Promise<void> {
  const until = Date.now() + withinMs;
  while (!(await test())) {
    if (Date.now() > until) throw new Error(`not within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
