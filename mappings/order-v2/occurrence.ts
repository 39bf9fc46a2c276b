/** When the order is to be done: TQ1, else OBR-27 or ORC-7 (TQ, until v2.4), else OBR-36, else OBR-6. */
import type { Period } from 'fhir/r4.js';
import type { Draft, Leaf } from '../draft.ts';
import { Copied } from '../draft.ts';
import { dateTimeOf, periodOf } from '../hl7v2/datatypes/ts.ts';
import { timingQuantity } from '../hl7v2/datatypes/tq.ts';
import { sameAs } from '../hl7v2/leaf.ts';
import { markField, sameField } from '../lab-oru/fields.ts';
import type { OrderScope } from './scope.ts';

const RULE = 'order.occurrence';

interface Occurrence {
  readonly occurrenceDateTime?: Leaf<string>;
  readonly occurrencePeriod?: Draft<Period>;
}

/**
 * The first that tells. Repeats and durations (TQ1-3 to -6, TQ.2, TQ.3) are not turned into a FHIR Timing: they travel as
 * they are, and so do all times where several TQ1 speak of one order.
 */
export function occurrence({ group: { orc, obr, about }, reading }: OrderScope): Occurrence {
  const timings = about.filter(({ name }) => name === 'TQ1');
  const [timing] = timings;
  if (timings.length > 1) return {};
  const told = timing && asOccurrence(periodOf(timing.at(7), timing.at(8), RULE, reading));
  if (told !== undefined) return told;
  const field = obr?.rep(27).filled === true ? 27 : 7;
  const segment = field === 27 ? obr : orc;
  if (segment?.reps(field).length === 1) {
    const asked = asOccurrence(timingQuantity(segment.rep(field), RULE, reading).period);
    if (asked !== undefined) {
      if (field === 27 && orc && obr && sameField(orc, obr, 7, 27)) markField(orc, 7, sameAs(obr.rep(27)));
      return asked;
    }
  }
  const at = obr && (dateTimeOf(obr.at(36), RULE, reading) ?? dateTimeOf(obr.at(6), RULE, reading));
  return at ? { occurrenceDateTime: at } : {};
}

/** A start without an end is a moment. */
function asOccurrence(period: Draft<Period> | undefined): Occurrence | undefined {
  if (period === undefined || period instanceof Copied) return undefined;
  const { start, end } = period;
  return start !== undefined && end === undefined ? { occurrenceDateTime: start } : { occurrencePeriod: period };
}
