/** The order groups of an ORU^R01 (HL7 v2.5 §7.3.1): read in order, tolerant of what real laboratories leave out. */
import type { Message, Segment } from '../hl7v2/message.ts';
import { sameField, textOfField } from './fields.ts';

/** One result: an OBX, or several lines of one text (consecutive TX or FT under one code). */
export interface ResultLines {
  readonly obx: Segment;
  /** Further OBX segments that continue the text of `obx`. */
  readonly more: readonly Segment[];
  readonly notes: readonly Segment[];
}

export interface SpecimenLines {
  readonly spm: Segment;
  readonly notes: readonly Segment[];
  /** SAC; none in an ORU^R01. */
  readonly containers: readonly Segment[];
  /** OBX about the specimen itself; in an ORU^R01 every OBX is of the order. */
  readonly results: readonly ResultLines[];
}

export interface OrderGroup {
  /** Counted from 1 in the message. */
  readonly ordinal: number;
  readonly orc: Segment | undefined;
  readonly obr: Segment | undefined;
  /** TQ1, TQ2, CTD, CTI: about the order. */
  readonly about: readonly Segment[];
  /** NTE after ORC or OBR. */
  readonly notes: readonly Segment[];
  readonly results: readonly ResultLines[];
  readonly specimens: readonly SpecimenLines[];
}

export interface Grouped {
  readonly groups: readonly OrderGroup[];
  /** NTE after PID or PV1, and segments an ORU^R01 has no place for (AL1, DG1, Z…): they travel with the first order. */
  readonly strays: readonly Segment[];
}

/** Results while the message is being read. */
export type OpenResults = { obx: Segment; more: Segment[]; notes: Segment[] }[];

interface Open {
  orc?: Segment;
  obr?: Segment;
  readonly about: Segment[];
  readonly notes: Segment[];
  readonly results: OpenResults;
  readonly specimens: SpecimenLines[];
}

/** Segments that other rules read, and EVN, which tells of the sending and not of the patient. */
const READ_ELSEWHERE: readonly string[] = ['MSH', 'EVN', 'PID', 'PD1', 'NK1', 'PV1', 'PV2'];

/** Of stays only the first is read elsewhere; a second one travels as it is. */
export const isReadElsewhere = ({ name, ordinal }: Segment, more: readonly string[] = []): boolean =>
  name === 'PV1' || name === 'PV2' ? ordinal === 1 : READ_ELSEWHERE.includes(name) || more.includes(name);
const ABOUT_ORDER: ReadonlySet<string> = new Set(['TQ1', 'TQ2', 'CTD', 'CTI']);

/**
 * An ORC opens a group, and so does an OBR unless the group still waits for one. Results before the first order, or
 * without any, make a group of their own.
 */
export function groupsOf(message: Message): Grouped {
  const open: Open[] = [];
  const strays: Segment[] = [];
  let noted: Segment[] = strays;
  const start = (): Open => {
    const group: Open = { about: [], notes: [], results: [], specimens: [] };
    open.push(group);
    return group;
  };
  const current = (): Open => open.at(-1) ?? start();
  for (const segment of message.segments) {
    if (segment.name === 'ORC') {
      const group = start();
      group.orc = segment;
      noted = group.notes;
    } else if (segment.name === 'OBR') {
      const last = open.at(-1);
      const waits = last !== undefined && last.orc !== undefined && last.obr === undefined && last.results.length === 0;
      const group = waits ? last : start();
      group.obr = segment;
      noted = group.notes;
    } else if (segment.name === 'OBX') {
      noted = addResult(current().results, segment);
    } else if (segment.name === 'SPM') {
      noted = [];
      current().specimens.push({ spm: segment, notes: noted, containers: [], results: [] });
    } else if (segment.name === 'NTE') {
      noted.push(segment);
    } else if (ABOUT_ORDER.has(segment.name) && (open.at(-1)?.orc ?? open.at(-1)?.obr) !== undefined) {
      current().about.push(segment);
    } else if (!isReadElsewhere(segment)) {
      strays.push(segment);
    }
  }
  return {
    strays,
    groups: open.map(({ orc, obr, ...rest }, index) => ({ ordinal: index + 1, orc, obr, ...rest })),
  };
}

/** Adds an OBX, or a line to the text before it; returns where an NTE after it belongs. */
export function addResult(results: OpenResults, obx: Segment): Segment[] {
  const last = results.at(-1);
  if (last !== undefined && last.notes.length === 0 && continues(last.obx, obx)) {
    last.more.push(obx);
    return last.notes;
  }
  const result = { obx, more: [], notes: [] };
  results.push(result);
  return result.notes;
}

/** Lines of one text: as separate results a shorter final report would leave old lines standing. */
function continues(first: Segment, next: Segment): boolean {
  const isText = ({ text }: { text: string }): boolean => text === 'TX' || text === 'FT';
  if (!isText(first.at(2)) || !isText(next.at(2))) return false;
  if ([6, 7, 8].some((field) => first.rep(field).filled || next.rep(field).filled)) return false;
  return [3, 4, 11, 14].every((field) => sameField(first, next, field)) && textOfField(next, 5) !== '';
}
