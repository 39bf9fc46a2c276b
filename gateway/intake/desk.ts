/** What the steps behind the one door are handed: the coalition, the time, fresh ids, and how to put a delivery in line. */
import type { Bundle, FhirResource } from 'fhir/r4.js';
import type { V2Mapping } from '../../mappings/hl7v2/write/message.ts';
import type { V2Stamp } from '../../mappings/hl7v2/write/partner.ts';
import { readJson } from '../../profiles/json/read.ts';
import { writeJson } from '../../profiles/json/write.ts';
import type { Content, Instant, NewDelivery, Tx } from '../ledger/ledger.ts';
import { controlIdOfDelivery, v2Content, v2MappingOf, v2PartnerOf } from '../flows/as-v2.ts';
import { FLOWS, type Destination, type Flow, type RegionFile } from '../regions/region.ts';
import { namesIn } from '../transfer/disclosed.ts';
import { newTraceparent } from '../tracing/traceparent.ts';
import { askedOf } from './repeatable.ts';

export interface Desk {
  readonly region: RegionFile;
  readonly secret: (envName: string) => string | undefined;
  /** Now, as the ledger writes it. */
  readonly now: () => Instant;
  /** A fresh uuid that begins with its moment (version 7, RFC 9562 §5.7): what is stored together stands together in every
   *  index of the ledger. Only its end is random. */
  readonly newId: () => string;
  /** A uuid made of the text with the ledger's key: the same each time, and nobody can find the text from it. */
  readonly keyed: (text: string) => string;
}

export const FHIR_JSON = 'application/fhir+json';

export const fhirContent = (bundle: Bundle<FhirResource>): Content => ({
  mediaType: FHIR_JSON,
  bytes: Buffer.from(writeJson(bundle), 'utf8'),
});

/** A Bundle the gateway itself stored; decimals keep their written precision. */
export function bundleOf(content: Content): Bundle<FhirResource> {
  const read = readJson(Buffer.from(content.bytes).toString('utf8'));
  if (!read.ok) throw new Error('a stored Bundle cannot be read');
  return read.value as Bundle<FhirResource>;
}

/** What is to be delivered, to whom, in which line. */
export interface Outgoing {
  readonly messageId: string;
  readonly kind: string;
  readonly destination: Destination;
  /** The patient's internal id, or the message's own when it is nobody's. */
  readonly lane: string;
  readonly body: NewDelivery['body'];
  /** For a destination that takes no FHIR: the message to write, where the flow alone does not say which. */
  readonly asV2?: { readonly mapping: V2Mapping; readonly bundle: Bundle<FhirResource> };
  /** The Bundle its receiver may read back, resource by resource. */
  readonly discloses?: Bundle<FhirResource>;
  readonly traceparent: string | null;
}

export async function queueDelivery(tx: Tx, desk: Desk, outgoing: Outgoing): Promise<string> {
  const id = desk.newId();
  const at = desk.now();
  await tx.insertDelivery({
    id,
    messageId: outgoing.messageId,
    kind: outgoing.kind,
    destination: outgoing.destination.id,
    lane: outgoing.lane,
    idempotencyKey: desk.newId(),
    traceparent: outgoing.traceparent ?? newTraceparent(),
    body: await bodyFor(tx, desk, outgoing, { controlId: controlIdOfDelivery(id), at }),
    ...(outgoing.discloses === undefined ? {} : { discloses: namesIn(outgoing.discloses) }),
    createdAt: at,
  });
  await tx.addEvent(outgoing.messageId, 'queued', at, `${outgoing.kind} to ${outgoing.destination.id}`);
  return id;
}

/** A destination that takes no FHIR, or is asked otherwise than by conditional update, gets a body of its own. */
async function bodyFor(tx: Tx, desk: Desk, outgoing: Outgoing, stamp: V2Stamp): Promise<NewDelivery['body']> {
  const { messageId, destination, body, asV2 } = outgoing;
  if (destination.protocol === 'fhir' && destination.idempotency === 'conditional-update') return body;
  const content = body === 'mapped' ? await tx.mapped(messageId) : body;
  if (content === null) return body;
  const bundle = bundleOf(content);
  if (destination.protocol === 'fhir') return fhirContent(askedOf(bundle, destination.idempotency));
  const { mapping, bundle: written } = asV2 ?? { mapping: v2MappingOf(flowOf(outgoing.kind), bundle), bundle };
  return v2Content(mapping, written, v2PartnerOf(desk.region, destination), stamp);
}

/** A delivery to a destination without FHIR has the name of its flow as its kind. */
function flowOf(kind: string): Flow {
  const flow = FLOWS.find((known) => known === kind);
  if (flow === undefined) throw new Error(`no flow ${kind} to write as HL7 v2`);
  return flow;
}
