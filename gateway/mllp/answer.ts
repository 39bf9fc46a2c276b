/** What an HL7 v2 sender is told: the same for MLLP and for `POST /hl7v2`. */
import type { Received } from '../intake/receive.ts';

export type AnswerV2 =
  | { readonly kind: 'acknowledge'; readonly bytes: Uint8Array }
  /** The sender asked for no acknowledgement of this outcome (MSH-15). */
  | { readonly kind: 'silent' }
  /** Nothing can be said (no MSH), or nothing was promised (not stored): the connection is closed. */
  | { readonly kind: 'close' };

/** @param bytes the message as it arrived, without framing */
export function answerV2(bytes: Uint8Array, received: Received): AnswerV2 {
  return bytes.length > 0 && received.ok ? { kind: 'silent' } : { kind: 'close' };
}
