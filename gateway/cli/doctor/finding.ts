export interface Finding {
  readonly ok: boolean;
  readonly what: string;
  /** What was found, and when it is wrong, the mend. */
  readonly text: string;
}
