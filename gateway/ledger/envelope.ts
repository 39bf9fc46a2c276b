/**
 * LEDGER_KEY seals nothing but one random key, kept in the ledger: that key seals the contents and keys the hashes. So a
 * new LEDGER_KEY takes one row, and every hash (patients, things, names) stays what it is.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const NONCE = 12;
const TAG = 16;
const BOUND = Buffer.from('the key of this ledger');

const wrapping = (key: Buffer): Buffer =>
  Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), 'wijkkliniek-gateway ledger envelope', 32));

export function wrap(key: Buffer, dataKey: Buffer): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', wrapping(key), nonce);
  cipher.setAAD(BOUND);
  return Buffer.concat([nonce, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]);
}

/** Null when it was wrapped with another key, or is damaged. */
export function unwrap(key: Buffer, wrapped: Buffer): Buffer | null {
  const decipher = createDecipheriv('aes-256-gcm', wrapping(key), wrapped.subarray(0, NONCE), { authTagLength: TAG });
  decipher.setAAD(BOUND);
  decipher.setAuthTag(wrapped.subarray(wrapped.length - TAG));
  try {
    return Buffer.concat([decipher.update(wrapped.subarray(NONCE, wrapped.length - TAG)), decipher.final()]);
  } catch {
    return null;
  }
}
