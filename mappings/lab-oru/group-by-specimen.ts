/** The groups of an OUL^R22 (HL7 v2.5 §7.3.8): each specimen (SPM) leads the orders (OBR) made on it. */
import type { Message, Segment } from '../hl7v2/message.ts';
import { textOfField } from './fields.ts';
import {
  addResult,
  isReadElsewhere,
  type Grouped,
  type OpenResults,
  type OrderGroup,
  type SpecimenLines,
} from './groups.ts';

interface OpenOrder {
  orc?: Segment;
  obr?: Segment;
  readonly about: Segment[];
  readonly notes: Segment[];
  readonly results: OpenResults;
}

interface OpenSpecimen extends SpecimenLines {
  readonly containers: Segment[];
  readonly results: OpenResults;
}

interface Block {
  readonly specimen: OpenSpecimen | undefined;
  readonly orders: OpenOrder[];
}

/** About the order or its results as a whole: timing, test codes, substances, contact, trial. */
const ABOUT_ORDER: ReadonlySet<string> = new Set(['TQ1', 'TQ2', 'TCD', 'SID', 'CTD', 'CTI']);

/**
 * The standard puts OBR before ORC here; senders that turn them round are read as well. An OBX before the first order of
 * its specimen is about the specimen, and makes a group of its own behind the orders, as does a specimen without any.
 */
export function groupsBySpecimen(message: Message): Grouped {
  const blocks: Block[] = [];
  const strays: Segment[] = [];
  let noted: Segment[] = strays;
  const block = (): Block => blocks.at(-1) ?? open(blocks, { specimen: undefined, orders: [] });
  for (const segment of message.segments) {
    const { name } = segment;
    const last = blocks.at(-1);
    const order = last?.orders.at(-1);
    if (name === 'SPM') {
      noted = [];
      open(blocks, { specimen: { spm: segment, notes: noted, containers: [], results: [] }, orders: [] });
    } else if (name === 'OBR' || name === 'ORC') {
      const field = name === 'OBR' ? 'obr' : 'orc';
      const group =
        order !== undefined && waitsFor(order, field, segment)
          ? order
          : open(block().orders, { about: [], notes: [], results: [] });
      group[field] = segment;
      noted = group.notes;
    } else if (name === 'OBX') {
      const results = order?.results ?? last?.specimen?.results;
      noted = addResult(results ?? open(block().orders, { about: [], notes: [], results: [] }).results, segment);
    } else if (name === 'NTE') {
      noted.push(segment);
    } else if (name === 'SAC' && last?.specimen !== undefined) {
      last.specimen.containers.push(segment);
    } else if (ABOUT_ORDER.has(name) && (order?.orc ?? order?.obr) !== undefined) {
      order?.about.push(segment);
    } else if (!isReadElsewhere(segment)) {
      strays.push(segment);
    }
  }
  return { strays, groups: blocks.flatMap(groupsIn).map((group, index) => ({ ordinal: index + 1, ...group })) };
}

function open<T>(list: T[], item: T): T {
  list.push(item);
  return item;
}

/** The other half of the order, unless the numbers of the two contradict each other. */
function waitsFor(order: OpenOrder, field: 'obr' | 'orc', segment: Segment): boolean {
  const half = field === 'obr' ? order.orc : order.obr;
  if (half === undefined || order[field] !== undefined || order.results.length > 0) return false;
  return [2, 3].every((number) => {
    const [one, other] = [textOfField(half, number), textOfField(segment, number)];
    return one === '' || other === '' || one === other;
  });
}

function groupsIn({ specimen, orders }: Block): Omit<OrderGroup, 'ordinal'>[] {
  const specimens = specimen === undefined ? [] : [specimen];
  const groups = orders.map(({ orc, obr, about, notes, results }) => ({ orc, obr, about, notes, results, specimens }));
  if (specimen === undefined || (orders.length > 0 && specimen.results.length === 0)) return groups;
  const alone = { orc: undefined, obr: undefined, about: [], notes: [], results: specimen.results, specimens };
  return [...groups, alone];
}
