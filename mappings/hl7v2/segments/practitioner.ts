/** XCN to nl-core-HealthProfessional: a Practitioner, and the PractitionerRole by which profiles refer to it. */
import type { Practitioner, PractitionerRole } from 'fhir/r4.js';
import { nlCore } from '../../../profiles/canonical.ts';
import { identifierOf, referTo, type BundleDraft } from '../../bundle.ts';
import { constant } from '../../draft.ts';
import { derivedId } from '../../identity.ts';
import type { Reading } from '../leaf.ts';
import type { Repetition } from '../message.ts';
import { practitionerParts } from '../datatypes/xcn.ts';
import { toldBefore } from '../told-before.ts';

/**
 * Adds the professional of an XCN and returns the reference of the PractitionerRole; undefined when neither number nor
 * name is filled. With a number the same professional is the same entry in every message; a name alone identifies nobody
 * and stays bound to this message and place.
 */
export function practitionerRoleEntry(
  bundle: BundleDraft,
  repetition: Repetition,
  rule: string,
  reading: Reading,
  controlId: string,
): string | undefined {
  const parts = practitionerParts(repetition, rule, reading);
  if (parts === undefined) return undefined;
  const id = parts.id ?? derivedId(reading.source, controlId, `${repetition.path()} practitioner`);
  const roleId =
    parts.id === undefined
      ? derivedId(reading.source, controlId, `${repetition.path()} role`)
      : derivedId(reading.source, 'practitioner-role', `${id.system}|${id.value}`);
  const role = bundle.add<PractitionerRole>('PractitionerRole', roleId, () => {
    const practitioner = bundle.add<Practitioner>('Practitioner', id, () => ({
      meta: { profile: [constant(nlCore('HealthProfessional-Practitioner'), rule)] },
      identifier: [parts.identifier ?? identifierOf(id)],
      name: parts.name && [parts.name],
    }));
    return {
      meta: { profile: [constant(nlCore('HealthProfessional-PractitionerRole'), rule)] },
      identifier: [identifierOf(roleId)],
      practitioner: referTo(practitioner, 'Practitioner', rule),
    };
  });
  toldBefore(bundle, role, [repetition]);
  return role;
}
