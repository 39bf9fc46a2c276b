/** The order groups of RDE^O11 and OMP^O09 (HL7 v2.5 §4.13.7, §4.13.3): read in order, tolerant of what senders leave out. */
import type { Message, Segment } from '../hl7v2/message.ts';

/** RXC with the NTE that follow it. */
export interface ComponentLines {
  readonly rxc: Segment;
  readonly notes: readonly Segment[];
}

/** An OBX with its NTE. */
export interface ObservationLines {
  readonly obx: Segment;
  readonly notes: readonly Segment[];
}

/** What belongs to the order as requested (RXO), or as the pharmacy encoded it (RXE). */
export interface Level {
  readonly timings: readonly Segment[];
  readonly routes: readonly Segment[];
  readonly components: readonly ComponentLines[];
}

export interface OrderGroup {
  /** Counted from 1 in the message. */
  readonly ordinal: number;
  readonly orc: Segment | undefined;
  readonly rxo: Segment | undefined;
  readonly rxe: Segment | undefined;
  readonly requested: Level;
  readonly encoded: Level;
  readonly notes: readonly Segment[];
  readonly observations: readonly ObservationLines[];
  readonly diagnoses: readonly Segment[];
  /** TQ2, PRT, CDO, BLG, CTI, Z-segments and what else stands in the group. */
  readonly others: readonly Segment[];
}

export interface Grouped {
  readonly groups: readonly OrderGroup[];
  /** Segments before the first order that no rule reads: they travel with the first order. */
  readonly strays: readonly Segment[];
}

interface OpenLevel {
  readonly timings: Segment[];
  readonly routes: Segment[];
  readonly components: { rxc: Segment; notes: Segment[] }[];
}

interface Open {
  orc: Segment | undefined;
  rxo: Segment | undefined;
  rxe: Segment | undefined;
  readonly requested: OpenLevel;
  readonly encoded: OpenLevel;
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
  notes: [],
  observations: [],
  diagnoses: [],
  others: [],
});

/** Segments that other rules read, and EVN, which tells of the sending and not of the patient. */
const READ_ELSEWHERE: ReadonlySet<string> = new Set('MSH EVN PID PD1 NK1 PV1 PV2 AL1 IN1 IN2 IN3'.split(' '));

/** An ORC opens a group; so does an RXO or RXE that finds its place taken. */
export function groupsOf(message: Message): Grouped {
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
  const current = group.rxe === undefined ? group.requested : group.encoded;
  switch (segment.name) {
    case 'TQ1':
      current.timings.push(segment);
      return group.notes;
    case 'RXR':
      current.routes.push(segment);
      return group.notes;
    case 'RXC': {
      const component = { rxc: segment, notes: [] };
      current.components.push(component);
      return component.notes;
    }
    case 'OBX': {
      const observation = { obx: segment, notes: [] };
      group.observations.push(observation);
      return observation.notes;
    }
    case 'DG1':
      group.diagnoses.push(segment);
      return group.notes;
    default:
      group.others.push(segment);
      return group.notes;
  }
}
