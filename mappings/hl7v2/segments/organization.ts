/** XON and the sending party to nl-core-HealthcareProvider-Organization. */
import type { Organization } from 'fhir/r4.js';
import { nlCore, SYSTEM, WK_BASE } from '../../../profiles/canonical.ts';
import { identifierOf, type BundleDraft } from '../../bundle.ts';
import { constant, region } from '../../draft.ts';
import { derivedId, type BusinessId } from '../../identity.ts';
import type { SourceSettings } from '../../mapping.ts';
import { organizationParts } from '../datatypes/xon.ts';
import type { Reading } from '../leaf.ts';
import type { Repetition } from '../message.ts';
import { toldBefore } from '../told-before.ts';

const PROFILE = nlCore('HealthcareProvider-Organization');

/** Adds the organisation of an XON; undefined when neither number nor name is filled. */
export function organizationEntry(
  bundle: BundleDraft,
  repetition: Repetition,
  rule: string,
  reading: Reading,
): string | undefined {
  const parts = organizationParts(repetition, rule, reading);
  if (parts === undefined) return undefined;
  // Without a number the name tells organisations of one sender apart, whatever the message.
  const id = parts.id ?? derivedId(reading.source, 'organization', parts.name?.value ?? '');
  const entry = bundle.add<Organization>('Organization', id, () => ({
    meta: { profile: [constant(PROFILE, rule)] },
    identifier: [parts.identifier ?? identifierOf(id)],
    name: parts.name,
  }));
  toldBefore(bundle, entry, [repetition]);
  return entry;
}

/** The organisation the region file names as sender; undefined without a region. */
export function partyEntry(bundle: BundleDraft, source: SourceSettings, rule: string): string | undefined {
  const { party } = source;
  if (party === null) return undefined;
  const id: BusinessId =
    party.ura !== undefined
      ? { system: SYSTEM.ura, value: party.ura }
      : party.agb !== undefined
        ? { system: SYSTEM.agb, value: party.agb }
        : { system: `${WK_BASE}/party`, value: party.id };
  return bundle.add<Organization>('Organization', id, () => ({
    meta: { profile: [constant(PROFILE, rule)] },
    identifier: [
      { system: constant(id.system, rule), value: region(id.value, rule) },
      party.ura !== undefined && party.agb !== undefined
        ? { system: constant(SYSTEM.agb, rule), value: region(party.agb, rule) }
        : undefined,
    ],
    name: region(party.name, rule),
  }));
}
