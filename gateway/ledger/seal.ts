/**
 * What keeps the ledger's contents unreadable to who holds the file but not the key. Contents are deflated when that
 * helps, then AES-256-GCM; row id and kind are authenticated with them, so a body cannot be moved to another row
 * unnoticed. Identities are findable only by HMAC-SHA256. Every use has its own key, derived from LEDGER_KEY by HKDF.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

export interface Seal {
  readonly seal: (kind: string, id: string, bytes: Uint8Array) => Buffer;
  /** Throws when the bytes were changed, belong to another row, or were sealed with another key. */
  readonly open: (kind: string, id: string, sealed: Uint8Array) => Buffer;
  /** Keyed hash, base64url (43 characters): equal texts hash equal; without the key nobody can try out BSNs. */
  readonly hash: (text: string) => string;
}

const NONCE = 12;
const TAG = 16;
const PLAIN = 0;
const DEFLATED = 1;
/** Below this nothing is gained; what is larger is judged by its first bytes (a PDF in base64 costs much, gains little). */
const SMALLEST = 128;
const SAMPLE = 16_384;
const WORTH = 0.7;

function derive(key: Buffer, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `wijkkliniek-gateway ledger ${use}`, 32));
}

function deflate(bytes: Uint8Array): Buffer {
  return deflateRawSync(bytes, { level: 1, windowBits: 13, memLevel: 6 });
}

function deflated(bytes: Uint8Array): Buffer | null {
  if (bytes.length < SMALLEST) return null;
  if (bytes.length > SAMPLE && deflate(bytes.subarray(0, SAMPLE)).length > SAMPLE * WORTH) return null;
  const small = deflate(bytes);
  return small.length < bytes.length ? small : null;
}

/** Random nonces, drawn many at a time. */
function nonces(): () => Buffer {
  let pool = Buffer.alloc(0);
  return () => {
    if (pool.length < NONCE) pool = randomBytes(NONCE * 256);
    const nonce = pool.subarray(0, NONCE);
    pool = pool.subarray(NONCE);
    return nonce;
  };
}

/** `key`: the 32 bytes of LEDGER_KEY. */
export function createSeal(key: Buffer): Seal {
  if (key.length !== 32) throw new Error(`LEDGER_KEY must be 32 bytes, not ${key.length}`);
  const contents = derive(key, 'contents');
  const identities = derive(key, 'identities');
  const nextNonce = nonces();
  // A body often is the mapped output itself: the same bytes are deflated once. They are never changed once stored.
  const smaller = new WeakMap<Uint8Array, Buffer | null>();
  const bind = (kind: string, id: string, form: number) => Buffer.from(`${kind}|${id}|${form}`);
  return {
    seal(kind, id, bytes) {
      const known = smaller.get(bytes);
      const small = known === undefined ? deflated(bytes) : known;
      if (known === undefined) smaller.set(bytes, small);
      const form = small ? DEFLATED : PLAIN;
      const nonce = nextNonce();
      const cipher = createCipheriv('aes-256-gcm', contents, nonce);
      cipher.setAAD(bind(kind, id, form));
      const body = cipher.update(small ?? bytes);
      return Buffer.concat([Buffer.of(form), nonce, body, cipher.final(), cipher.getAuthTag()]);
    },
    open(kind, id, sealed) {
      const form = sealed[0] ?? PLAIN;
      const decipher = createDecipheriv('aes-256-gcm', contents, sealed.subarray(1, 1 + NONCE), {
        authTagLength: TAG,
      });
      decipher.setAAD(bind(kind, id, form));
      decipher.setAuthTag(sealed.subarray(sealed.length - TAG));
      const body = Buffer.concat([decipher.update(sealed.subarray(1 + NONCE, sealed.length - TAG)), decipher.final()]);
      return form === DEFLATED ? inflateRawSync(body) : body;
    },
    hash: (text) => createHmac('sha256', identities).update(text).digest('base64url'),
  };
}
