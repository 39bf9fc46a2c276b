/** The desk of a running gateway, and who calls at its doors. */
import { v7 } from 'uuid';
import type { Clock } from '../clock.ts';
import type { Identify } from '../http/deps.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Desk } from './desk.ts';
import { identifySource } from './identify.ts';

export function openDesk({
  region,
  secret,
  ledger,
  clock,
}: Pick<Desk, 'region' | 'secret'> & { readonly ledger: Pick<Ledger, 'hash'>; readonly clock: Clock }): Desk {
  return {
    region,
    secret,
    now: () => clock.now().toISOString(),
    newId: () => v7(),
    keyed: (text) => uuidOf(Buffer.from(ledger.hash(`notice|${text}`), 'base64url').toString('hex')),
  };
}

/** The first 128 bits of a keyed hash (hex), as a version 8 uuid (RFC 9562 §5.8). */
const uuidOf = (hash: string): string =>
  `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`;

export const identifier =
  (desk: Desk): Identify =>
  (credentials, purpose) => {
    const door = purpose === 'transfers' ? 'transfers' : 'fhir';
    const found = identifySource(desk, door, credentials, null, purpose === 'task-update' ? 'vvt' : 'hospital');
    return found.ok ? { ok: true, caller: { source: found.source.id, party: found.source.party } } : found;
  };
