/** Why a call did not do what was asked. */

/** Something that is wrong, and where: a FHIRPath, or the place in the message's own words (`PID-3[2].1`). */
export interface Fault {
  readonly code: string;
  readonly text: string;
  readonly location: string | null;
}

/**
 * - `refused`: the gateway answered no; sending the same again gets the same answer.
 * - `stale`: the Task has moved on since it was read; read it again (412).
 * - `unreachable`: no answer, or one that promises nothing (503); send the very same again, it counts once.
 */
export type GatewayErrorKind = 'refused' | 'stale' | 'unreachable';

interface Told {
  /** HTTP status; null when nobody answered. */
  readonly status: number | null;
  readonly faults?: readonly Fault[];
  /** Under which the refused message is kept: `message(id)` tells about it. */
  readonly messageId?: string | null;
  readonly retryAfterSeconds?: number | null;
  /** The HL7 v2 acknowledgement that refuses. */
  readonly acknowledgement?: string;
  readonly cause?: unknown;
}

export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly kind: GatewayErrorKind;
  readonly status: number | null;
  readonly faults: readonly Fault[];
  readonly messageId: string | null;
  readonly retryAfterSeconds: number | null;
  readonly acknowledgement: string | null;

  constructor(kind: GatewayErrorKind, text: string, told: Told) {
    super(text, { cause: told.cause });
    this.kind = kind;
    this.status = told.status;
    this.faults = told.faults ?? [];
    this.messageId = told.messageId ?? null;
    this.retryAfterSeconds = told.retryAfterSeconds ?? null;
    this.acknowledgement = told.acknowledgement ?? null;
  }
}
