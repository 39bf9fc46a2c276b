/** How a refusal stands in the ledger: the raw bytes are kept, nothing is claimed, nothing follows. */
import type { NewMessage } from '../ledger/ledger.ts';
import { refuse, wordsOf, type Refusal } from '../refusal.ts';

export const conflict = (): Refusal =>
  refuse('conflict', {
    code: 'duplicate',
    expression: '',
    text: 'another message with this id but other content was accepted before',
    rule: 'conflict',
  });

/** What every message is stored with, whatever becomes of it. */
export type Base = Pick<
  NewMessage,
  'id' | 'receivedAt' | 'source' | 'door' | 'type' | 'controlId' | 'contentHash' | 'raw'
>;

export function refusedMessage(base: Base, flow: NewMessage['flow'], refusal: Refusal): NewMessage {
  const words = wordsOf(refusal);
  const [issue] = refusal.issues;
  return {
    ...base,
    flow,
    status: 'refused',
    key: null,
    refusal: {
      httpStatus: words.httpStatus,
      code: issue?.code ?? 'invalid',
      ackCode: words.ackCode,
      location: issue === undefined || issue.expression === '' ? null : issue.expression,
      text: issue?.text ?? '',
    },
    warnings: [],
    mapping: null,
    patient: null,
    patientKeys: { bsn: null, numbers: [] },
    orderedAt: null,
    holdUntil: null,
    task: null,
    things: [],
    mapped: null,
  };
}
