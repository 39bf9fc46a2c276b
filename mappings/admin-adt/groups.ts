/** The segments of an ADT message by what they are about (HL7 v2.5 §3.3.1). */
import type { Message, Segment } from '../hl7v2/message.ts';
import { insurancesOf, type Insurances } from '../hl7v2/segments/in1.ts';
import { isRead } from '../hl7v2/segments/single.ts';
import type { Observed } from '../observed/observed.ts';

export interface AdtSegments {
  readonly observed: readonly Observed[];
  readonly diagnoses: readonly Segment[];
  readonly allergies: readonly Segment[];
  readonly procedures: readonly Segment[];
  readonly insurances: Insurances;
  /** No rule reads them: they travel as source fields of the stay, else of the patient (EVN, ROL, GT1, ACC, Z…). */
  readonly rest: readonly Segment[];
}

const READ: ReadonlySet<string> = new Set('MSH NK1 OBX DG1 AL1 PR1 IN1 IN2 IN3'.split(' '));

/** Notes belong to the OBX before them; any other note stands with the rest. */
export function segmentsOf(message: Message): AdtSegments {
  const observed: { obx: Segment; notes: Segment[] }[] = [];
  const rest: Segment[] = [];
  let noted: Segment[] = rest;
  for (const segment of message.segments) {
    if (segment.name === 'NTE') {
      noted.push(segment);
      continue;
    }
    noted = rest;
    if (segment.name === 'OBX') {
      const one = { obx: segment, notes: [] };
      observed.push(one);
      noted = one.notes;
    } else if (!READ.has(segment.name) && !isRead(segment, message)) rest.push(segment);
  }
  const insurances = insurancesOf(message);
  return {
    observed,
    diagnoses: message.all('DG1'),
    allergies: message.all('AL1'),
    procedures: message.all('PR1'),
    insurances,
    rest: [...rest, ...insurances.unnamed],
  };
}
