/** A partner that takes no FHIR gets HL7 v2: which message a flow becomes there, and its bytes (CONTRACT §4). */
import type { Bundle, FhirResource } from 'fhir/r4.js';
import { isQuestion } from '../../mappings/co-treatment-fhir/conversation.ts';
import { writeV2, type V2Mapping } from '../../mappings/hl7v2/write/message.ts';
import type { V2Partner, V2Stamp } from '../../mappings/hl7v2/write/partner.ts';
import { toAdt } from '../../mappings/to-adt/mapping.ts';
import { toMdm } from '../../mappings/to-mdm/mapping.ts';
import { toOru } from '../../mappings/to-oru/mapping.ts';
import { toRef } from '../../mappings/to-ref/mapping.ts';
import type { Content } from '../ledger/ledger.ts';
import type { Destination, Flow, RegionFile } from '../regions/region.ts';

type V2Destination = Extract<Destination, { protocol: 'mllp' }>;

export const HL7V2 = 'x-application/hl7-v2+er7';
/** What could not be written, in words instead of a message: the sender refuses it with them. */
const NOT_WRITTEN = 'text/plain; charset=utf-8';

/** Orders, medication and the transfer itself travel as FHIR only; a Task goes as an RRI^I12 of its own. */
const WRITTEN: Partial<Record<Flow, (bundle: Bundle<FhirResource>) => V2Mapping>> = {
  'lab-result': () => toOru,
  observation: () => toOru,
  'patient-admin': () => toAdt,
  discharge: () => toMdm,
  'co-treatment': (bundle) =>
    bundle.entry?.some(({ resource }) => resource !== undefined && isQuestion(resource)) === true ? toRef : toMdm,
};

export const isWrittenAsV2 = (flow: Flow): boolean => WRITTEN[flow] !== undefined;

export function v2MappingOf(flow: Flow, bundle: Bundle<FhirResource>): V2Mapping {
  const of = WRITTEN[flow];
  if (of === undefined) throw new Error(`flow ${flow} is not written as HL7 v2`);
  return of(bundle);
}

/** What the region file says of the receiver, and what it leaves open. */
export function v2PartnerOf({ id }: Pick<RegionFile, 'id'>, destination: V2Destination): V2Partner {
  const { party, version, charset, timezone, codeSystems, sendingApplication, sendingFacility } = destination;
  const { receivingApplication, receivingFacility } = destination;
  return {
    party,
    version,
    charset,
    timezone,
    codeSystems,
    sendingApplication,
    sendingFacility: sendingFacility ?? id,
    ...(receivingApplication === undefined ? {} : { receivingApplication }),
    ...(receivingFacility === undefined ? {} : { receivingFacility }),
  };
}

/** MSH-10 is short (20 characters in v2.5): the last of the delivery’s id (the first is its moment, shared by many), so that an operator finds one by the other. */
export const controlIdOfDelivery = (id: string): string => id.replaceAll('-', '').slice(-20).toUpperCase();

/** The bytes every attempt sends. */
export function v2Content(
  mapping: V2Mapping,
  bundle: Bundle<FhirResource>,
  partner: V2Partner,
  stamp: V2Stamp,
): Content {
  const written = writeV2(mapping, bundle, partner, stamp);
  if (written.ok) return { mediaType: HL7V2, bytes: written.bytes };
  const words = written.issues.map(({ text }) => text).join('; ');
  return { mediaType: NOT_WRITTEN, bytes: Buffer.from(words, 'utf8') };
}

/** Why a delivery holds no message; null when it holds one. */
export const notWrittenWords = ({ mediaType, bytes }: Content): string | null =>
  mediaType === NOT_WRITTEN ? Buffer.from(bytes).toString('utf8') : null;
