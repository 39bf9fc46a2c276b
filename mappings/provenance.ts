/**
 * Where a delivered Bundle came from (FHIR R4 provenance.html): one Provenance over all its entries, made of what the
 * gateway knows of the message, never of what the message says about a patient. Pure: the moment is an argument.
 */
import type { FhirResource, Provenance } from 'fhir/r4.js';
import { SYSTEM, WK_BASE, WK_DERIVED } from '../profiles/canonical.ts';
import { metaSource, referTo, type ResourceDraft } from './bundle.ts';
import { constant, derived, region } from './draft.ts';
import { derivedId, fullUrlOf, taggedUrl } from './identity.ts';
import type { Mapped, MappingContext, MappingResult, SourceSettings } from './mapping.ts';

const PARTICIPANT = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type';
const LIFECYCLE = 'http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle';

const coding = (system: string, code: string) => ({
  coding: [{ system: constant(system, 'provenance'), code: constant(code, 'provenance') }],
});

/**
 * The same output with a Provenance as its last entry; without `receivedAt` in the context, as it was. The Provenance is
 * known by source and control id, so that the same message told again is told by the same one.
 */
export function withProvenance(result: MappingResult, controlId: string, context: MappingContext): MappingResult {
  const { receivedAt, source } = context;
  if (!result.ok || receivedAt === undefined || result.entries.length === 0) return result;
  const id = derivedId(source, controlId, 'provenance');
  const draft: ResourceDraft<Provenance> = {
    // R4 gives a Provenance no identifier: a tag carries it.
    meta: {
      tag: [{ system: constant(WK_DERIVED, 'provenance'), code: derived(id.value, 'provenance') }],
      source: derived(metaSource(source, controlId), 'bundle.meta.source'),
    },
    target: result.entries.map(({ fullUrl, url }) => referTo(fullUrl, typeOf(url), 'provenance.target')),
    recorded: derived(receivedAt, 'provenance.recorded'),
    policy: [constant(mappingUri(result), 'provenance.mapping')],
    activity: coding(LIFECYCLE, 'transform'),
    agent: [
      { type: coding(PARTICIPANT, 'author'), who: senderOf(source) },
      {
        type: coding(PARTICIPANT, 'assembler'),
        who: {
          type: constant('Device', 'provenance.gateway'),
          identifier: {
            system: constant(`${WK_BASE}/gateway`, 'provenance.gateway'),
            value: region(context.region?.id ?? 'local', 'provenance.gateway'),
          },
          display: constant('wijkkliniek-gateway', 'provenance.gateway'),
        },
      },
    ],
    entity: [
      {
        role: constant('source', 'provenance.entity'),
        what: {
          identifier: {
            system: region(`${WK_BASE}/source/${encodeURIComponent(source.id)}`, 'provenance.entity'),
            value: derived(controlId, 'provenance.entity'),
          },
        },
      },
    ],
  };
  const resource = { resourceType: constant('Provenance', 'bundle.type'), ...draft };
  const entry = { resource, fullUrl: fullUrlOf('Provenance', id), url: taggedUrl('Provenance', id) };
  return { ...result, entries: [...result.entries, entry] };
}

/** Which mapping, and which version of it: `{base}/mapping/lab-oru|1.4.0`. */
const mappingUri = ({ mapping }: Mapped): string => `${WK_BASE}/mapping/${mapping.id}|${mapping.version}`;

const typeOf = (conditionalUrl: string): FhirResource['resourceType'] =>
  (conditionalUrl.split('?')[0] ?? '') as FhirResource['resourceType'];

/** The organisation that sends, as the region file has it; without one, the source by its id. */
function senderOf({ id, party }: SourceSettings) {
  const rule = 'provenance.sender';
  return {
    type: constant('Organization', rule),
    ...(party?.ura === undefined
      ? {}
      : { identifier: { system: constant(SYSTEM.ura, rule), value: region(party.ura, rule) } }),
    display: region(party?.name ?? id, rule),
  };
}
