/**
 * The order groups of RDE^O11, OMP^O09, RDS^O13 and RAS^O17 (HL7 v2.5 §4.13.3 to §4.13.11): read in order, tolerant of
 * what senders leave out.
 */
import type { Message, Segment } from '../hl7v2/message.ts';
import type { Grouped } from './order-group.ts';

interface OpenLevel {
  readonly timings: Segment[];
  readonly routes: Segment[];
  readonly components: { rxc: Segment; notes: Segment[] }[];
}

interface OpenSupply extends OpenLevel {
  readonly segment: Segment;
  readonly notes: Segment[];
  readonly observations: { obx: Segment; notes: Segment[] }[];
}

interface Open {
  orc: Segment | undefined;
  rxo: Segment | undefined;
  rxe: Segment | undefined;
  readonly requested: OpenLevel;
  readonly encoded: OpenLevel;
  readonly supplies: OpenSupply[];
  readonly notes: Segment[];
  readonly observations: { obx: Segment; notes: Segment[] }[];
  readonly diagnoses: Segment[];
  readonly others: Segment[];
}

const level = (): OpenLevel => ({ timings: [], routes: [], components: [] });
const opened = (): Open => ({
  orc: undefined,
  rxo: undefined,
  rxe: undefined,
  requested: level(),
  encoded: level(),
  supplies: [],
  notes: [],
  observations: [],
  diagnoses: [],
  others: [],
});

/** Segments that other rules read, and EVN, which tells of the sending and not of the patient. */
const READ_ELSEWHERE: ReadonlySet<string> = new Set('MSH EVN PID PD1 NK1 PV1 PV2 AL1 IN1 IN2 IN3'.split(' '));

/**
 * An ORC opens a group; so does an RXO or RXE that finds its place taken.
 * @param supplied the segment by which this message type tells what was dispensed or given
 */
export function groupsOf(message: Message, supplied: string | undefined): Grouped {
  const groups: Open[] = [];
  const strays: Segment[] = [];
  /** Where an NTE belongs; strays before the first order. */
  let noted: Segment[] = strays;
  const start = (): Open => {
    const group = opened();
    groups.push(group);
    noted = group.notes;
    return group;
  };
  for (const segment of message.segments) {
    const group = groups.at(-1);
    if (segment.name === supplied) {
      const supply: OpenSupply = { segment, ...level(), notes: [], observations: [] };
      (group ?? start()).supplies.push(supply);
      noted = supply.notes;
      continue;
    }
    switch (segment.name) {
      case 'ORC':
        start().orc = segment;
        continue;
      case 'RXO':
        (group && group.rxo === undefined && group.rxe === undefined ? group : start()).rxo = segment;
        noted = groups.at(-1)?.notes ?? strays;
        continue;
      case 'RXE':
        (group && group.rxe === undefined ? group : start()).rxe = segment;
        noted = groups.at(-1)?.notes ?? strays;
        continue;
      case 'NTE':
        noted.push(segment);
        continue;
      default:
        if (READ_ELSEWHERE.has(segment.name) || (group === undefined && segment.name === 'DG1')) continue;
        if (group === undefined) strays.push(segment);
        else noted = place(group, segment);
    }
  }
  return { strays, groups: groups.map((group, index) => ({ ordinal: index + 1, ...group })) };
}

/** Puts a segment into its group and says where an NTE after it belongs. */
function place(group: Open, segment: Segment): Segment[] {
  const supply = group.supplies.at(-1);
  const current = supply ?? (group.rxe === undefined ? group.requested : group.encoded);
  const notes = (supply ?? group).notes;
  switch (segment.name) {
    case 'TQ1':
      current.timings.push(segment);
      return notes;
    case 'RXR':
      current.routes.push(segment);
      return notes;
    case 'RXC': {
      const component = { rxc: segment, notes: [] };
      current.components.push(component);
      return component.notes;
    }
    case 'OBX': {
      const observation = { obx: segment, notes: [] };
      (supply ?? group).observations.push(observation);
      return observation.notes;
    }
    case 'DG1':
      group.diagnoses.push(segment);
      return notes;
    default:
      group.others.push(segment);
      return notes;
  }
}
