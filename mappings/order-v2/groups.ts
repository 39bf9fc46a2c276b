/** The order groups of OML^O21 (HL7 v2.5 §4.4.6) and ORM^O01 (§4.4.1): read in order, tolerant of what senders leave out. */
import type { Message, Segment } from '../hl7v2/message.ts';
import {
  addResult,
  isReadElsewhere,
  type OpenResults,
  type OrderGroup,
  type SpecimenLines,
} from '../lab-oru/groups.ts';

/** `results` are the OBX of the order: questions answered at ordering, a list of what is asked. */
export interface OrderLines extends OrderGroup {
  readonly diagnoses: readonly Segment[];
}

export interface GroupedOrders {
  readonly orders: readonly OrderLines[];
  /** DG1 before the first order: of the patient, not the reason of one order. */
  readonly diagnoses: readonly Segment[];
  /** Segments before the first order that no rule reads: they travel with the first order. */
  readonly strays: readonly Segment[];
}

interface OpenSpecimen extends SpecimenLines {
  readonly containers: Segment[];
  readonly results: OpenResults;
}

interface Open {
  orc: Segment | undefined;
  obr: Segment | undefined;
  readonly about: Segment[];
  readonly notes: Segment[];
  readonly results: OpenResults;
  readonly specimens: OpenSpecimen[];
  readonly diagnoses: Segment[];
}

const OF_PATIENT = ['AL1', 'IN1', 'IN2', 'IN3'];

/** An ORC opens an order, and so does an OBR unless the order still waits for one. */
export function ordersOf(message: Message): GroupedOrders {
  const orders: Open[] = [];
  const diagnoses: Segment[] = [];
  const strays: Segment[] = [];
  /** Where an NTE belongs. */
  let noted: Segment[] = strays;
  const start = (): Open => {
    const order: Open = {
      orc: undefined,
      obr: undefined,
      about: [],
      notes: [],
      results: [],
      specimens: [],
      diagnoses: [],
    };
    orders.push(order);
    return order;
  };
  for (const segment of message.segments) {
    const order = orders.at(-1);
    if (segment.name === 'ORC') {
      const opened = start();
      opened.orc = segment;
      noted = opened.notes;
    } else if (segment.name === 'OBR') {
      const opened = order !== undefined && order.obr === undefined ? order : start();
      opened.obr = segment;
      noted = opened.notes;
    } else if (isReadElsewhere(segment, OF_PATIENT)) {
      continue;
    } else if (order !== undefined) {
      noted = place(order, segment, noted);
    } else if (segment.name === 'DG1') {
      diagnoses.push(segment);
    } else if (segment.name === 'NTE') {
      noted.push(segment);
    } else {
      strays.push(segment);
    }
  }
  return { diagnoses, strays, orders: orders.map((order, index) => ({ ordinal: index + 1, ...order })) };
}

/** Puts a segment into its order and says where an NTE after it belongs. */
function place(order: Open, segment: Segment, noted: Segment[]): Segment[] {
  const specimen = order.specimens.at(-1);
  switch (segment.name) {
    case 'NTE':
      noted.push(segment);
      return noted;
    case 'OBX':
      return addResult((specimen ?? order).results, segment);
    case 'SPM': {
      const notes: Segment[] = [];
      order.specimens.push({ spm: segment, notes, containers: [], results: [] });
      return notes;
    }
    case 'DG1':
      order.diagnoses.push(segment);
      return order.notes;
    default:
      if (segment.name === 'SAC' && specimen !== undefined) specimen.containers.push(segment);
      else order.about.push(segment);
      return noted;
  }
}
