/**
 * Full profile checking of a share of what was really delivered. Off the road: it starts after the receiver has answered,
 * in the thread of `$validate`, and is let go when that thread has enough to do. Figures and log lines hold ids and codes.
 */
import { createHash } from 'node:crypto';
import { Counter, type Registry } from 'prom-client';
import { isError } from '../../profiles/issue.ts';
import type { Claimed } from '../ledger/ledger.ts';
import type { Log } from '../log.ts';
import type { RegionFile } from '../regions/region.ts';
import type { Check } from './start.ts';

export type Delivered = Pick<Claimed, 'messageId' | 'id' | 'destination' | 'body'>;

/** Where packages are named, live output is sampled unless the region says otherwise. */
const USUAL_SHARE = 0.01;
const MOST_LOGGED = 5;

/** The share of this region; 0 checks nothing. */
export const shareOf = ({ proveSample, packages }: Pick<RegionFile, 'proveSample' | 'packages'>): number =>
  proveSample ?? (packages.length > 0 ? USUAL_SHARE : 0);

/** Whether a message is of the sample: by its id, so that a second attempt or a second look finds the same. */
export const isSampled = (messageId: string, share: number): boolean =>
  createHash('sha256').update(messageId).digest().readUInt32BE(0) < share * 2 ** 32;

export function sampleOutput(deps: {
  readonly share: number;
  readonly check: Check;
  readonly registry: Registry;
  readonly log: Log;
}): (delivered: Delivered) => void {
  const { share, check, registry, log } = deps;
  const checks = new Counter({
    name: 'gateway_profile_checks_total',
    help: 'Delivered Bundles checked in full against their profiles, by result; busy and failed were not checked.',
    labelNames: ['result'],
    registers: [registry],
  });
  const errors = new Counter({
    name: 'gateway_profile_errors_total',
    help: 'Errors found in delivered Bundles, by the profile the resource claims.',
    labelNames: ['profile'],
    registers: [registry],
  });
  const look = async ({ id, messageId, destination, body }: Delivered): Promise<void> => {
    const checked = await check({ bytes: body.bytes, form: 'json', type: null, profiles: [] });
    if (checked.kind !== 'checked') {
      checks.inc({ result: checked.kind });
      return;
    }
    const found = checked.issues.filter(isError);
    checks.inc({ result: found.length === 0 ? 'valid' : 'invalid' });
    for (const [profile, count] of Object.entries(checked.errors)) errors.inc({ profile }, count);
    for (const { rule, code } of found.slice(0, MOST_LOGGED)) {
      log.event('output.invalid', { messageId, deliveryId: id, destination, rule, code, count: found.length }, 'error');
    }
  };
  return (delivered) => {
    if (!/json/.test(delivered.body.mediaType) || !isSampled(delivered.messageId, share)) return;
    look(delivered).catch((error: unknown) => log.failure('output.check-failed', error));
  };
}
