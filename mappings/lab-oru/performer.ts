/** Who produced a result: OBX-23/24, else OBX-15, else the laboratory that sends. */
import type { Organization, Reference } from 'fhir/r4.js';
import { nlCore } from '../../profiles/canonical.ts';
import { identifierOf, referTo } from '../bundle.ts';
import { constant, type Draft } from '../draft.ts';
import { assignedSystem, derivedId } from '../identity.ts';
import { address } from '../hl7v2/datatypes/xad.ts';
import { registerNamed } from '../hl7v2/datatypes/xcn.ts';
import { organizationParts } from '../hl7v2/datatypes/xon.ts';
import { codeOf, leafAt, textOf, type Reading } from '../hl7v2/leaf.ts';
import type { Message, Segment } from '../hl7v2/message.ts';
import { partyEntry } from '../hl7v2/segments/organization.ts';
import { practitionerRoleEntry } from '../hl7v2/segments/practitioner.ts';
import { toldBefore } from '../hl7v2/told-before.ts';
import type { BundleDraft } from '../bundle.ts';
import { markField, textOfField } from './fields.ts';
import type { OrderScope } from './scope.ts';

const RULE = 'lab.result.performer';
const PROFILE = nlCore('HealthcareProvider-Organization');

const asOrganization = (fullUrl: string | undefined): Draft<Reference> | undefined =>
  fullUrl === undefined ? undefined : referTo(fullUrl, 'Organization', RULE);

/** The sender: the organisation of the region file, else MSH-4 (the sending facility). */
export function sendingLaboratory(
  bundle: BundleDraft,
  message: Message,
  reading: Reading,
): Draft<Reference> | undefined {
  const party = partyEntry(bundle, reading.source, RULE);
  if (party !== undefined) return asOrganization(party);
  const cell = message.header.at(4);
  const name = textOf(cell, RULE);
  if (name === undefined) return undefined;
  const id = { system: assignedSystem(reading.source, 'organization', ''), value: name.value };
  const fullUrl = bundle.add<Organization>('Organization', id, () => ({
    meta: { profile: [constant(PROFILE, RULE)] },
    identifier: [identifierOf(id, name)],
    name,
  }));
  return asOrganization(fullUrl);
}

/** What it takes to say who produced a result, in a laboratory or elsewhere. */
export type Producing = Pick<OrderScope, 'bundle' | 'reading' | 'addresses' | 'laboratory'> & {
  readonly numbers: Pick<OrderScope['numbers'], 'within'>;
};

/** nl-core allows one organisation; the observer (OBX-16) and the director (OBX-25) come beside it. */
export function performers(scope: Producing, obx: Segment): (Draft<Reference> | undefined)[] {
  const people = [...obx.reps(16), ...obx.reps(25)].map((repetition) => {
    const role = practitionerRoleEntry(scope.bundle, repetition, RULE, scope.reading, scope.numbers.within);
    return role === undefined ? undefined : referTo(role, 'PractitionerRole', RULE);
  });
  return [performing(scope, obx) ?? producer(scope, obx) ?? scope.laboratory, ...people];
}

function performing({ bundle, reading, addresses }: Producing, obx: Segment): Draft<Reference> | undefined {
  const parts = organizationParts(obx.rep(23), RULE, reading);
  if (parts === undefined) return undefined;
  const id = parts.id ?? derivedId(reading.source, 'organization', parts.name?.value ?? '');
  const fullUrl = bundle.add<Organization>('Organization', id, () => {
    const where = address(obx.rep(24), RULE, reading);
    return {
      meta: { profile: [constant(PROFILE, RULE)] },
      identifier: [parts.identifier ?? identifierOf(id)],
      name: parts.name,
      address: where && [where],
    };
  });
  toldBefore(bundle, fullUrl, [obx.rep(23)]);
  // The address said again is said once; another one stays with its result, as a source field.
  const said = textOfField(obx, 24);
  if (addresses.get(fullUrl) === said) markField(obx, 24, 'the same address stands with an earlier result');
  else if (!addresses.has(fullUrl)) addresses.set(fullUrl, said);
  return asOrganization(fullUrl);
}

/** OBX-15, producer's id: code, name and coding system. */
function producer({ bundle, reading }: Producing, obx: Segment): Draft<Reference> | undefined {
  const value = codeOf(obx.at(15), RULE);
  const name = textOf(obx.at(15, 2), RULE);
  if (value === undefined && name === undefined) return undefined;
  const by = obx.at(15, 3);
  const id =
    value === undefined
      ? derivedId(reading.source, 'organization', name?.value ?? '')
      : { system: registerNamed(by.text.trim(), 'organization', reading), value: value.value };
  const system = by.filled ? leafAt(by, id.system, RULE) : constant(id.system, RULE);
  const fullUrl = bundle.add<Organization>('Organization', id, () => ({
    meta: { profile: [constant(PROFILE, RULE)] },
    identifier: [value === undefined ? identifierOf(id) : { system, value }],
    name,
  }));
  toldBefore(bundle, fullUrl, [obx.rep(15)]);
  return asOrganization(fullUrl);
}
