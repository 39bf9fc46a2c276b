/** The one door: every listener hands what arrived to `receive` and gets back what to answer. */
import type { Refusal } from '../refusal.ts';
import type { Door, StoredMessage } from '../ledger/ledger.ts';

/** What a listener knows of an arrival. */
export interface Arrival {
  readonly door: Door;
  /** The bytes without transport framing. */
  readonly bytes: Uint8Array;
  /** The listener stopped at the size limit: `bytes` is only the beginning (64 KiB at most), to know sender and type
   *  by; the message is refused as `too-large` and that beginning is what is kept of it. */
  readonly tooLarge?: true;
  readonly mediaType: string;
  readonly credentials: Credentials;
  readonly traceparent: string | null;
  /** True while an earlier message of the same line waits for room, or could not be stored: this one must not overtake it. */
  readonly behind?: () => boolean;
  /** Called at once when storing this one meets a bug: others of its line may be in the same commit. */
  readonly broke?: () => void;
}

/** What is looked at before the commit: everything of an arrival but what its listener alone knows. */
export type Looking = Omit<Arrival, 'behind' | 'broke'>;

/** How the caller names itself: Bearer key, `X-Source` (sandbox only), and whether it called over loopback. */
export interface Credentials {
  readonly bearer: string | null;
  readonly xSource: string | null;
  readonly loopback: boolean;
}

export type Received =
  | {
      readonly ok: true;
      /** As stored; the answer is made from it, so that a duplicate gets the same answer. */
      readonly message: StoredMessage;
      readonly duplicate: boolean;
    }
  | {
      readonly ok: false;
      readonly refusal: Refusal;
      /** The refused message as kept, when it was. */
      readonly message: StoredMessage | null;
      /** There is no room for it now: resolves with true once there is, with false after `ms`. For a listener that would
       *  rather wait with its sender than send it away. */
      readonly untilRoom?: (ms: number) => Promise<boolean>;
    };

export type Receive = (arrival: Arrival) => Promise<Received>;
