/** `map --as hl7v2`: the message a partner gets that takes no FHIR, from what each message becomes. */
import { writeV2, type V2Mapping, type WrittenV2 } from '../../mappings/hl7v2/write/message.ts';
import { ANY_PARTNER, type V2Partner } from '../../mappings/hl7v2/write/partner.ts';
import { toRri } from '../../mappings/to-rri/mapping.ts';
import { isWrittenAsV2, v2MappingOf, v2PartnerOf } from '../flows/as-v2.ts';
import type { Proved } from '../flows/prove.ts';
import { destinationsOf } from '../flows/recipients.ts';
import { outcomeOf } from '../outcome.ts';
import type { PartyKind, RegionFile } from '../regions/region.ts';

/** MSH-7 and MSH-10 are the delivery's own; here they are the same on every run. */
const STAMP = { controlId: 'MAP', at: '2000-01-01T00:00:00Z' };

export function writeFor(region: RegionFile | 'none', sender: PartyKind | null, proved: Proved): WrittenV2 {
  const mapping = mappingFor(proved);
  if (mapping === null) {
    const text = `flow ${proved.flow} is not written as HL7 v2`;
    return {
      ok: false,
      issues: [{ severity: 'error', code: 'not-supported', expression: 'Bundle', text, rule: 'no-flow' }],
    };
  }
  return writeV2(mapping, proved.bundle, partnerFor(region, sender, proved), STAMP);
}

function mappingFor({ flow, bundle }: Proved): V2Mapping | null {
  if (isWrittenAsV2(flow)) return v2MappingOf(flow, bundle);
  return flow === 'transfer-update' ? toRri(null) : null;
}

/** Where the region sends the flow, when that takes no FHIR; else its first destination of that kind. */
function partnerFor(region: RegionFile | 'none', sender: PartyKind | null, { flow }: Proved): V2Partner {
  if (region === 'none') return ANY_PARTNER;
  const all = [...(sender === null ? [] : destinationsOf(region, flow, sender)), ...region.destinations];
  const found = all.find((destination) => destination.protocol === 'mllp');
  return found?.protocol === 'mllp' ? v2PartnerOf(region, found) : ANY_PARTNER;
}

const [CR, LF] = [0x0d, 0x0a];

/** The message in its own character set, a segment a line; with `explain`, where each cell came from. False: refused. */
export function printV2(written: WrittenV2, explain: boolean, printer: { add(result: unknown): void }): boolean {
  if (!written.ok) printer.add(outcomeOf(written.issues));
  else if (explain) printer.add({ mapping: written.mapping, values: written.values(), unused: written.unused() });
  else process.stdout.write(written.bytes.map((byte) => (byte === CR ? LF : byte)));
  return written.ok;
}
