/** What an agreement says in extensions: those of MP9, and what no rule placed, as source fields. */
import type { Extension } from 'fhir/r4.js';
import { constant, type Draft } from '../draft.ts';
import { instantOf } from '../hl7v2/datatypes/ts.ts';
import { carryRemainders } from '../hl7v2/segments/remainder.ts';
import { REGISTERED, RENDERED } from '../medication-profile.ts';
import type { ReadDosage } from './dosage.ts';
import { periodOfUse } from './period.ts';
import type { GivenScope, OrderScope } from './scope.ts';
import { markRepeats } from './statement.ts';
import { isTreatment, type Treatment } from './treatment.ts';

const RULE = 'medication.agreement';

/** Treatment, period of use, the instruction whole, and when it was recorded. */
export function ownExtensions(scope: OrderScope, dosage: ReadDosage, treatment: Treatment): Draft<Extension>[] {
  const { group, statements, control, reading } = scope;
  const recorded = group.orc && instantOf(group.orc.at(9), `${RULE}.registered`, reading);
  return [
    treatment.extension,
    periodOfUse(group, statements, control, reading),
    renderedInstruction(dosage),
    recorded && { url: constant(REGISTERED, RULE), valueDateTime: recorded },
  ].filter((extension) => extension !== undefined);
}

/** The instruction whole, in the sender's words. */
export const renderedInstruction = ({ instruction: { rendered } }: ReadDosage): Draft<Extension> | undefined =>
  rendered && { url: constant(RENDERED, RULE), valueString: rendered };

/** Call it last: what is still unused by then travels as it is. */
export function remainder(scope: GivenScope): Draft<Extension>[] {
  const { group, give } = scope;
  give.markRepeated();
  markRepeats(scope.statements);
  const segments = [
    group.orc,
    ...group.requested.timings,
    ...group.encoded.timings,
    group.rxo,
    group.rxe,
    ...group.requested.routes,
    ...group.encoded.routes,
    // Components of the request stand beside those that were encoded.
    ...[...group.requested.components, ...group.encoded.components].flatMap(({ rxc, notes }) => [rxc, ...notes]),
    ...group.observations
      .filter(({ obx }) => isTreatment(obx, scope.reading))
      .flatMap(({ obx, notes }) => [obx, ...notes]),
    ...group.notes,
    ...group.others,
    ...scope.takeStrays(),
  ];
  return carryRemainders(segments, 'medication.remainder');
}
