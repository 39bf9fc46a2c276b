/** NTE of an order: the conclusion, what people noted, and what no field took of the order, its report and its panel. */
import type { Observation } from 'fhir/r4.js';
import type { Leaf } from '../draft.ts';
import { annotations } from '../hl7v2/write/notes.ts';
import type { Writing } from '../hl7v2/write/partner.ts';
import { restOf } from '../hl7v2/write/rest.ts';
import { each, type Spot } from '../hl7v2/write/spot.ts';
import type { ResultGroup } from './groups.ts';
import { sayOnce } from './same.ts';

export function commentsOf(group: ResultGroup, { entries, partner }: Writing): Leaf<string>[] {
  const { order, report, panel } = group;
  const conclusion = report?.at('conclusion').said('to-oru.conclusion');
  const parts = [order, report, panel].filter((one) => one !== undefined);
  sayPerformerOnce(group);
  if (report && panel) sayOnce(report.at('status'), [panel.at('status')], 'said with the order');
  for (const members of [report?.at('result'), panel?.at('hasMember'), panel?.at('basedOn'), report?.at('basedOn')]) {
    for (const one of members ? each(members) : []) {
      if (entries.target(one) !== undefined) one.pass('they stand together');
    }
  }
  return [
    ...(conclusion ? [conclusion] : []),
    ...(order ? annotations(order.at('note'), partner) : []),
    ...(panel ? annotations(panel.at('note'), partner) : []),
    ...parts.flatMap((one) => restOf(one, entries)),
  ];
}

/** Who reports is who produced the results, told with each of them (OBX-15, OBX-16). */
function sayPerformerOnce({ report, panel, results }: ResultGroup): void {
  const [first] = results;
  if (first === undefined) return;
  const parts: readonly (Spot<Pick<Observation, 'performer'>> | undefined)[] = [report, panel];
  sayOnce(
    first.at('performer'),
    parts.map((one) => one?.at('performer')),
    'said with the results',
  );
}
