/** Misbehaviour on order, for tests and for trying out what the gateway does about it. */
import { z } from 'zod';

export const faultSchema = z.strictObject({
  /** Answers this status without doing anything. */
  status: z.int().min(300).max(599).optional(),
  /** `Retry-After` beside the status: seconds, or an HTTP date. */
  retryAfter: z.union([z.int().min(0), z.string().min(1)]).optional(),
  /** Does everything, then resets the connection before answering. */
  dropConnection: z.boolean().optional(),
  /** Waits first. */
  delayMs: z.int().min(0).max(600_000).optional(),
  /** How many requests it strikes; 1 unless told. */
  times: z.int().positive().default(1),
  /** Strikes every n-th request only; 1 unless told. */
  every: z.int().positive().default(1),
});
export type Fault = z.output<typeof faultSchema>;

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** The fault that strikes the request arriving now. */
  strike(): Fault | null;
  list(): readonly Fault[];
}

export function createFaults(): Faults {
  let faults: { fault: Fault; left: number; seen: number }[] = [];
  return {
    add: (fault) => {
      faults.push({ fault, left: fault.times, seen: 0 });
    },
    clear: () => {
      faults = [];
    },
    strike: () => {
      const [first] = faults;
      if (first === undefined) return null;
      first.seen += 1;
      if (first.seen % first.fault.every !== 0) return null;
      first.left -= 1;
      if (first.left === 0) faults.shift();
      return first.fault;
    },
    list: () => faults.map(({ fault, left }) => ({ ...fault, times: left })),
  };
}
