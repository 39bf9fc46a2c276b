/**
 * What keeps the ledger's contents unreadable to who holds the file but not the key. Contents are compressed when that
 * helps, then AES-256-GCM; row id and kind are authenticated with them, so a body cannot be moved to another row
 * unnoticed. Identities are findable only by HMAC-SHA256. Every use has its own key, derived from LEDGER_KEY by HKDF.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

export interface Seal {
  /** The key all others are derived from. */
  readonly key: Buffer;
  readonly seal: (kind: string, id: string, bytes: Uint8Array) => Buffer;
  /** Throws when the bytes were changed, belong to another row, or were sealed with another key. */
  readonly open: (kind: string, id: string, sealed: Uint8Array) => Buffer;
  /** Keyed hash, base64url (43 characters): equal texts hash equal; without the key nobody can try out BSNs. */
  readonly hash: (text: string) => string;
}

const NONCE = 12;
const TAG = 16;
const PLAIN = 0;
const SMALLER = 1;
/** Below this nothing is gained; what is large is judged by its first bytes (a PDF in base64 costs much, gains little). */
const SMALLEST = 128;
const LARGE = 65_536;
const SAMPLE = 16_384;
const WORTH = 0.7;

function derive(key: Buffer, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `wijkkliniek-gateway ledger ${use}`, 32));
}

/** Brotli at its fastest takes a third of the time of deflate at its fastest, and leaves less. */
const FASTEST = {
  params: { [constants.BROTLI_PARAM_QUALITY]: 0, [constants.BROTLI_PARAM_LGWIN]: 18 },
};

function smaller(bytes: Uint8Array): Buffer | null {
  if (bytes.length < SMALLEST) return null;
  const sample = bytes.subarray(0, SAMPLE);
  if (bytes.length > LARGE && brotliCompressSync(sample, FASTEST).length > SAMPLE * WORTH) return null;
  const small = brotliCompressSync(bytes, FASTEST);
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
  const bind = (kind: string, id: string, form: number) => Buffer.from(`${kind}|${id}|${form}`);
  return {
    key,
    seal(kind, id, bytes) {
      const small = smaller(bytes);
      const form = small ? SMALLER : PLAIN;
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
      return form === SMALLER ? brotliDecompressSync(body) : body;
    },
    hash: (text) => createHmac('sha256', identities).update(text).digest('base64url'),
  };
}
