/** Query parameters and search bodies of the tracking API: closed, and refused by place. */
import { z } from 'zod';

/** Page size: 1 to 200, 50 unless told. */
const limit = z.coerce.number('a whole number').int('a whole number').min(1).max(200).default(50);
export const cursor = z
  .string()
  .regex(/^[\w.:=+/-]{1,300}$/, 'a cursor as `next` gave it')
  .optional();

/** An instant with its zone, as the ledger writes it: UTC with milliseconds. */
const instant = z.iso
  .datetime({ offset: true, error: 'an instant with a time zone, as 2026-11-20T14:05:00+01:00' })
  .transform((text) => new Date(text).toISOString())
  .optional();

const MESSAGE_STATUS = ['refused', 'held', 'expired', 'parked', 'unrouted', 'pending', 'dead', 'delivered'] as const;

const text = z.string().min(1).max(200).optional();
/** Eight or nine digits. Only in a body: a BSN never stands in a URL. */
const bsn = z
  .string()
  .regex(/^\d{8,9}$/, 'a BSN of nine digits')
  .optional();

const messageShape = {
  status: z.enum(MESSAGE_STATUS).optional(),
  flow: text,
  source: text,
  type: text,
  controlId: text,
  since: instant,
  until: instant,
  limit,
  cursor,
};
export const messageQuery = z.strictObject(messageShape);
export const messageSearch = z.strictObject({ ...messageShape, bsn });

const REPLAY_FILTERS = [
  'status',
  'flow',
  'source',
  'type',
  'controlId',
  'since',
  'until',
  'bsn',
  'destination',
] as const;
/** A replay by filter names what is replayed: an empty one would send everything again. */
export const replayMany = z
  .strictObject({
    ...messageShape,
    bsn,
    destination: text,
    /** Messages in one answer; `next` goes on. */
    limit: z.int('a whole number').min(1).max(10_000).default(1_000),
    mapping: z.enum(['current', 'original']).default('current'),
    force: z.boolean().default(false),
    dryRun: z.boolean().default(false),
  })
  .refine((body) => REPLAY_FILTERS.some((name) => body[name] !== undefined), {
    error: `at least one of ${REPLAY_FILTERS.join(', ')}`,
  });

const enrolmentShape = { status: z.enum(['requested', 'active', 'ended']).optional(), limit, cursor };
export const enrolmentQuery = z.strictObject(enrolmentShape);
export const enrolmentSearch = z.strictObject({ ...enrolmentShape, bsn });

export const unmappedQuery = z.strictObject({ source: text, limit, cursor });

export const noQuery = z.strictObject({});
export const replayQuery = z.strictObject({
  mapping: z.enum(['current', 'original']).default('current'),
  dryRun: z.enum(['true', 'false']).default('false'),
});
export const replayBody = z.strictObject({ force: z.boolean().default(false) });

/** What a parsed object holds, without the keys that were left out: filters are made of given keys only. */
export type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

export function given<T extends object>(parsed: T): Given<T> {
  return Object.fromEntries(Object.entries(parsed).filter(([, value]) => value !== undefined)) as Given<T>;
}
