/**
 * Susceptibilities that stand in the order of their culture, without an OBR-26: the sub-id they share with one organism
 * ties them to it (OBX-4; HL7 v2.5 §7.4.2.4, and `1.2` under `1` from v2.8.2 on).
 */
import type { Segment } from '../hl7v2/message.ts';
import type { OrderGroup } from './groups.ts';
import type { Planned } from './parent.ts';

/** HL7 table 0078, the part on antimicrobials; also sent as the value itself. */
const SUSCEPTIBILITY: ReadonlySet<string> = new Set(['S', 'I', 'R', 'MS', 'VS']);

const isSusceptibility = (obx: Segment): boolean =>
  SUSCEPTIBILITY.has(obx.at(8).text.trim()) || SUSCEPTIBILITY.has(obx.at(5).text.trim());

const isCoded = (obx: Segment): boolean => ['CE', 'CWE', 'CNE'].includes(obx.at(2).text) && obx.rep(5).filled;

/** fullUrl of the organism; undefined when more than one could be meant, or none. */
export function organismOf(
  { ordinal }: OrderGroup,
  obx: Segment,
  planned: () => readonly Planned[],
): string | undefined {
  const [sub] = obx.at(4).text.trim().split('.');
  if (sub === undefined || sub === '' || !isSusceptibility(obx)) return undefined;
  const own = planned().find(({ group }) => group.ordinal === ordinal);
  const [found, second] = (own?.results ?? []).filter(
    ({ obx: one }) => one.at(4).text.trim() === sub && isCoded(one) && !isSusceptibility(one),
  );
  return second === undefined ? found?.fullUrl : undefined;
}
