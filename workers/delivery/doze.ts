/** Sleeping that a nudge ends. A nudge while awake is kept, so that none falls between looking and sleeping. */
export interface Doze {
  /** Resolves after `ms`, or at the next nudge, or at once when nudged since the last call. */
  sleep(ms: number): Promise<void>;
  nudge(): void;
}

export function doze(): Doze {
  let nudged = false;
  let wake: (() => void) | null = null;
  return {
    sleep: (ms) =>
      new Promise<void>((resolve) => {
        if (nudged || ms <= 0) {
          nudged = false;
          resolve();
          return;
        }
        const end = (): void => {
          clearTimeout(timer);
          wake = null;
          nudged = false;
          resolve();
        };
        const timer = setTimeout(end, ms);
        wake = end;
      }),
    nudge: () => {
      if (wake === null) nudged = true;
      else wake();
    },
  };
}
