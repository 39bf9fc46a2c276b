/** Reads the receiver's acknowledgement: MSA, and the first error with its words masked (HL7 v2.5 §2.15). */
import { controlIdOf } from '../../mappings/hl7v2/control-id.ts';
import type { Message } from '../../mappings/hl7v2/message.ts';
import { parseMessage } from '../../mappings/hl7v2/parse.ts';
import { shortWords } from './outcome.ts';
import type { AttemptResult } from './sender.ts';

type Ack = Extract<AttemptResult, { kind: 'ack' }>;

const CODES = ['AA', 'CA', 'AE', 'CE', 'AR', 'CR'] as const;

const firstFilled = (...texts: readonly (string | undefined)[]): string | null =>
  texts.find((text) => text !== undefined && text !== '') ?? null;

/** From v2.5 the error stands in ERR-3 and ERR-8; before it in ERR-1.4 and MSA-3 or MSA-6. */
function errorOf(message: Message): Pick<Ack, 'table0357' | 'explanation'> {
  // A warning may stand before the error that decided.
  const errs = message.all('ERR');
  const err = errs.find((segment) => segment.at(4).text !== 'W' && segment.at(4).text !== 'I') ?? errs[0];
  const msa = message.first('MSA');
  const table0357 = firstFilled(err?.at(3).text, err?.at(1, 4).text, msa?.at(6).text);
  const words = firstFilled(
    err?.at(8).text,
    err?.at(7).text,
    err?.at(3, 2).text,
    err?.at(1, 4, 2).text,
    msa?.at(3).text,
  );
  return {
    table0357: table0357 !== null && /^\d{1,3}$/.test(table0357) ? table0357 : null,
    explanation: words === null ? null : { code: null, text: shortWords(words) },
  };
}

/**
 * What these bytes acknowledge: `unreadable`, or null when it is not about this message. The character set of an
 * acknowledgement only touches words for people; ISO 8859-1 reads any byte.
 */
export function readAcknowledgement(bytes: Uint8Array, controlId: string): Ack | 'unreadable' | null {
  const parsed = parseMessage(bytes, '8859/1');
  if (!parsed.ok) return 'unreadable';
  const msa = parsed.message.first('MSA');
  const code = CODES.find((known) => known === msa?.at(1).text);
  if (msa === undefined || code === undefined) return 'unreadable';
  if (msa.at(2).text.trim() !== controlId) return null;
  return { kind: 'ack', code, ...errorOf(parsed.message) };
}

/** MSH-10 of a message about to be sent; null when it has none, and no acknowledgement could be told to be its. */
export function controlIdIn(bytes: Uint8Array): string | null {
  const parsed = parseMessage(bytes, '8859/1');
  const message = parsed.ok ? parsed.message : parsed.header;
  const controlId = message === null ? '' : controlIdOf(message);
  return controlId === '' ? null : controlId;
}
