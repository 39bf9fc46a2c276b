/** The only source of "now" outside the rim: an argument, so that a test can hold time still. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
