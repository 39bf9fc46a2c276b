/** The first look at arriving bytes: what kind of message, which type, under which key its source knows it. */
import { hash } from 'node:crypto';
import type { Bundle, FhirResource } from 'fhir/r4.js';
import type { Message } from '../../mappings/hl7v2/message.ts';
import { parseMessage } from '../../mappings/hl7v2/parse.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { readTree } from './tree.ts';

/** `fhir` is the JSON form, `fhir-xml` the other: from its tree on a message is FHIR, whichever it came in. */
export type Kind = 'hl7v2' | 'fhir' | 'fhir-xml' | 'transfer';

interface Named {
  /** `ORU^R01`, `Bundle/transaction`, `transfer`. */
  readonly type: string;
  /** MSH-10, Bundle.identifier, MessageHeader.id or requestId; null when the message has none. */
  readonly controlId: string | null;
  /** What the same message is known by when it comes again; the content's hash when it has no key of its own. */
  readonly key: string;
}

export type Reading =
  | (Named & { readonly ok: true; readonly kind: 'hl7v2'; readonly message: Message })
  | (Named & { readonly ok: true; readonly kind: 'fhir'; readonly bundle: Bundle<FhirResource> })
  | (Named & { readonly ok: true; readonly kind: 'transfer'; readonly json: unknown })
  | {
      readonly ok: false;
      readonly refusal: Refusal;
      readonly type: string | null;
      readonly controlId: string | null;
      /** An HL7 v2 header that could be read, to answer and to know the sender by. */
      readonly header: Message | null;
    };

/** SHA-256 of the bytes without transport framing, hex. */
export const contentHash = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex');

const unreadable = (refusal: Refusal, type: string | null = null, controlId: string | null = null): Reading => ({
  ok: false,
  refusal,
  type,
  controlId,
  header: null,
});

export function readArrival(bytes: Uint8Array, kind: Kind, charset: string): Reading {
  if (kind === 'hl7v2') return readV2(bytes, charset);
  const read = readTree(bytes, kind === 'fhir-xml' ? 'xml' : 'json');
  if (!read.ok) return unreadable({ kind: 'unreadable', issues: [read.issue] });
  return kind === 'transfer' ? readTransfer(read.value, bytes) : readBundle(read.value, bytes);
}

function readV2(bytes: Uint8Array, charset: string): Reading {
  const parsed = parseMessage(bytes, charset);
  const message = parsed.ok ? parsed.message : parsed.header;
  const type = message === null ? null : typeOf(message);
  const controlId = message === null ? null : emptyToNull(message.header.at(10).text);
  if (!parsed.ok) {
    return {
      ok: false,
      refusal: { kind: 'unreadable', issues: [parsed.issue] },
      type,
      controlId,
      header: parsed.header,
    };
  }
  if (controlId === null) {
    const refusal = refuse(
      'rule',
      { code: 'required', expression: 'MSH-10', text: 'the message control id is empty', rule: 'control-id' },
      '101',
    );
    return { ok: false, refusal, type, controlId, header: parsed.message };
  }
  return { ok: true, kind: 'hl7v2', message: parsed.message, type: type ?? '', controlId, key: controlId };
}

const typeOf = ({ header }: Message): string => `${header.at(9, 1).text}^${header.at(9, 2).text}`;

function readBundle(value: unknown, bytes: Uint8Array): Reading {
  if (typeof value !== 'object' || value === null || !('resourceType' in value)) {
    return unreadable(
      refuse('unreadable', { code: 'structure', expression: '$', text: 'not a FHIR resource', rule: 'type' }),
    );
  }
  if (value.resourceType !== 'Bundle') {
    const named = typeof value.resourceType === 'string' ? value.resourceType : null;
    return unreadable(
      refuse('no-flow', {
        code: 'not-supported',
        expression: 'resourceType',
        text: 'only a Bundle starts a flow here',
        rule: 'no-flow',
      }),
      named !== null && /^[A-Za-z]{1,60}$/.test(named) ? named : null,
    );
  }
  // Only the few elements that name the message are looked at here; the whole structure is proved before mapping.
  const bundle = value as Bundle<FhirResource>;
  const header = Array.isArray(bundle.entry) ? messageHeaderId(bundle.entry[0]) : null;
  const identifier = textOf(bundle.identifier, 'value');
  const controlId = identifier ?? header;
  const system = textOf(bundle.identifier, 'system') ?? '';
  const key = identifier === null ? (header ?? contentHash(bytes)) : `${system}|${identifier}`;
  return { ok: true, kind: 'fhir', bundle, type: `Bundle/${textOf(bundle, 'type') ?? ''}`, controlId, key };
}

const textOf = (node: unknown, key: string): string | null => {
  const value: unknown = typeof node === 'object' && node !== null ? Reflect.get(node, key) : null;
  return typeof value === 'string' && value !== '' ? value : null;
};

function messageHeaderId(entry: unknown): string | null {
  const resource: unknown = typeof entry === 'object' && entry !== null ? Reflect.get(entry, 'resource') : null;
  return textOf(resource, 'resourceType') === 'MessageHeader' ? textOf(resource, 'id') : null;
}

function readTransfer(json: unknown, bytes: Uint8Array): Reading {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return unreadable(
      refuse('unreadable', { code: 'structure', expression: '$', text: 'not a JSON object', rule: 'type' }),
    );
  }
  const requestId = textOf(json, 'requestId');
  return {
    ok: true,
    kind: 'transfer',
    json,
    type: 'transfer',
    controlId: requestId,
    key: requestId ?? contentHash(bytes),
  };
}

const emptyToNull = (text: string): string | null => (text === '' ? null : text);
