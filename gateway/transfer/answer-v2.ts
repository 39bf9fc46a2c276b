/** The VVT's answer for a hospital that takes no FHIR: RRI^I12 to the REF^I12 the transfer came as. */
import type { Bundle, FhirResource, Task } from 'fhir/r4.js';
import { parseMessage } from '../../mappings/hl7v2/parse.ts';
import type { Message } from '../../mappings/hl7v2/message.ts';
import type { V2Mapping } from '../../mappings/hl7v2/write/message.ts';
import { toRri } from '../../mappings/to-rri/mapping.ts';
import { taskUpdateBundle } from '../../mappings/transfer-notice/notice.ts';
import { bundleOf, type Desk } from '../intake/desk.ts';
import type { HostedTask, Tx } from '../ledger/ledger.ts';

/** The transfer's own resources stand beside the Task, for an answer that has no REF^I12 to take its numbers from. */
export async function answerInV2(
  tx: Tx,
  desk: Desk,
  hosted: HostedTask,
  task: Task,
): Promise<{ readonly mapping: V2Mapping; readonly bundle: Bundle<FhirResource> }> {
  const asked = await askedBy(tx, desk, hosted.messageId);
  const mapped = await tx.mapped(hosted.messageId);
  const update = taskUpdateBundle(task);
  const others = mapped === null ? [] : (bundleOf(mapped).entry ?? []);
  const entry = [...(update.entry ?? []), ...others.filter(({ resource }) => resource?.resourceType !== 'Task')];
  return { mapping: toRri(asked), bundle: { ...update, entry } };
}

/** The REF^I12 as the hospital wrote it; null when the transfer came as something else, or its content is gone. */
async function askedBy(tx: Tx, desk: Desk, messageId: string): Promise<Message | null> {
  const message = await tx.message(messageId);
  const raw = message?.type?.startsWith('REF^') === true ? await tx.raw(messageId) : null;
  if (raw === null) return null;
  const source = desk.region.sources.find(({ id }) => id === message?.source);
  const parsed = parseMessage(raw.bytes, source?.charset ?? 'UNICODE UTF-8');
  return parsed.ok ? parsed.message : null;
}
