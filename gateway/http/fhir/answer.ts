/**
 * What a FHIR sender is told. Made from the stored message and the request alone, so that the same again gets the same
 * bytes. A Bundle entry is answered `202 Accepted`: it is stored and will be delivered; this server does not hold it.
 */
import type { Bundle, BundleEntry, Coding, MessageHeader } from 'fhir/r4.js';
import type { StoredMessage } from '../../ledger/ledger.ts';
import { warningOutcome } from '../../outcome.ts';
import { uuidV5 } from '../../../mappings/identity.ts';
import { WK_BASE } from '../../../profiles/canonical.ts';

/** What the answer takes from the request: how many entries, and the head of a message. */
export interface Asked {
  readonly entries: number;
  readonly header: {
    readonly id: string | null;
    readonly event: { readonly eventCoding: Coding } | { readonly eventUri: string };
    readonly endpoint: string | null;
  };
}

/** The FHIR `transaction-response` (R4 http.html#transaction-response): one entry per entry of the request, in order. */
export function transactionResponse(message: StoredMessage, asked: Asked): Bundle {
  const entry: BundleEntry[] = Array.from({ length: asked.entries }, () => ({ response: { status: '202 Accepted' } }));
  if (message.task !== null) {
    const opened = message.flow === 'transfer-request';
    entry.push({
      response: opened
        ? { status: '201 Created', location: message.task, etag: 'W/"1"', lastModified: message.receivedAt }
        : { status: '200 OK', location: message.task },
    });
  }
  if (message.warnings.length > 0) {
    entry.push({ resource: warningOutcome(message.warnings), response: { status: '200 OK' } });
  }
  return { resourceType: 'Bundle', type: 'transaction-response', entry };
}

/** The FHIR message that answers a message (R4 messaging.html): `ok`, which message it answers, and the warnings. */
export function messageResponse(message: StoredMessage, asked: Asked, gateway: string): Bundle {
  const urn = (part: string): string => `urn:uuid:${uuidV5(`${message.id}|${part}`)}`;
  const { header } = asked;
  const warned = message.warnings.length > 0;
  const answer: MessageHeader = {
    resourceType: 'MessageHeader',
    id: uuidV5(`${message.id}|header`),
    ...header.event,
    ...(header.endpoint === null ? {} : { destination: [{ endpoint: header.endpoint }] }),
    source: { name: 'wijkkliniek-gateway', endpoint: `${WK_BASE}/gateway/${gateway}` },
    response: {
      // MessageHeader.id is what R4 answers by; a message without one is answered by its Bundle's identifier.
      identifier: header.id ?? message.controlId ?? message.id,
      code: 'ok',
      ...(warned ? { details: { reference: urn('warnings'), type: 'OperationOutcome' } } : {}),
    },
    ...(message.task === null ? {} : { focus: [{ reference: message.task, type: 'Task' }] }),
  };
  return {
    resourceType: 'Bundle',
    identifier: { system: 'urn:ietf:rfc:3986', value: urn('answer') },
    type: 'message',
    timestamp: message.receivedAt,
    entry: [
      { fullUrl: urn('header'), resource: answer },
      ...(warned ? [{ fullUrl: urn('warnings'), resource: warningOutcome(message.warnings) }] : []),
    ],
  };
}

const NO_EVENT = { eventUri: `${WK_BASE}/event/unnamed` };

/** Takes what the answer needs from the tree of a request that has been accepted. */
export function askedOf(tree: unknown): Asked {
  const bundle = asObject(tree);
  const entries = Array.isArray(bundle['entry']) ? bundle['entry'] : [];
  const first = asObject(asObject(entries[0])['resource']);
  const source = asObject(first['source']);
  return {
    entries: entries.length,
    header: {
      id: asText(first['id']),
      event: eventOf(first),
      endpoint: asText(source['endpoint']),
    },
  };
}

function eventOf(header: Record<string, unknown>): Asked['header']['event'] {
  const uri = asText(header['eventUri']);
  if (uri !== null) return { eventUri: uri };
  const { system, code } = asObject(header['eventCoding']);
  if (typeof code !== 'string') return NO_EVENT;
  return { eventCoding: typeof system === 'string' ? { system, code } : { code } };
}

const asText = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
