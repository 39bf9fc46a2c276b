/** OBX-7 to Observation.referenceRange: the text as said, and limits only where they are certain. */
import type { ObservationReferenceRange } from 'fhir/r4.js';
import { Leaf, type Draft } from '../draft.ts';
import type { Segment } from '../hl7v2/message.ts';
import { wholeText } from './fields.ts';
import { quantity, type Unit } from './quantity.ts';

const RULE = 'lab.result.range';
/** `3.5 - 5.0`, `3.5-5.0`; not `70_105`, not `3,5-5,0`, not `<5`. */
const LIMITS = /^(-?(?:0|[1-9]\d*)(?:\.\d+)?)\s*-\s*(-?(?:0|[1-9]\d*)(?:\.\d+)?)$/;

/** `unit`: that of the result, when the result is a quantity; limits of HL7 are in the unit of OBX-6. */
export const referenceRanges = (obx: Segment, unit: Unit | undefined): Draft<ObservationReferenceRange>[] =>
  obx.reps(7).flatMap((repetition) => {
    const text = wholeText(repetition, RULE);
    if (text === undefined) return [];
    const [, low = '', high = ''] = LIMITS.exec(text.value.trim()) ?? [];
    if (unit === undefined || low === '' || Number(low) > Number(high)) return [{ text }];
    const limit = (written: string): Leaf<number> => new Leaf(Number(written), text.place, RULE, undefined, written);
    return [{ low: quantity(limit(low), unit), high: quantity(limit(high), unit), text }];
  });
