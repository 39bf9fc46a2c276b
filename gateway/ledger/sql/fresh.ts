/**
 * What a unit of work knows of the messages it stored itself: nobody else has seen them, so nothing about them needs to
 * be asked. Of any other message nothing is known here.
 */
import type { MessageStatus } from '../ledger.ts';

export interface FreshMessage {
  readonly seq: number;
  /** As it was stored. */
  readonly status: MessageStatus;
  readonly hasMapped: boolean;
  events: number;
  /** All of them in line: once one is cancelled, the message is asked about like any other. */
  deliveries: number;
}

export type Fresh = Map<string, FreshMessage>;

export const nothingFresh = (): Fresh => new Map();
