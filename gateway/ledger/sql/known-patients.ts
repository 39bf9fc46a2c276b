/**
 * What a unit of work has already found of patients: a message asks for the same keys when it is linked, when it is routed
 * and when it is stored. Nobody else changes them while the unit runs; what it changes itself makes it forget.
 */
import type { PatientKeys } from '../ledger.ts';

export interface KeyHash {
  readonly kind: 'bsn' | 'number';
  readonly hash: string;
}

/** A linked key, and the BSN (as hash) linked to the same patient. */
export interface Link {
  readonly hash: string;
  readonly patient: string;
  readonly bsn: string | null;
}

export interface KnownPatients {
  readonly hashes: Map<PatientKeys, readonly KeyHash[]>;
  /** By the hashes asked for, one after the other. */
  readonly links: Map<string, readonly Link[]>;
}

export const nobodyKnown = (): KnownPatients => ({ hashes: new Map(), links: new Map() });
