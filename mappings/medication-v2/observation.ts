/** OBX of a medication order (a weight, a potassium it was dosed by) to Observation; no profile, for none is promised. */
import type { Observation } from 'fhir/r4.js';
import { identifierOf, referTo } from '../bundle.ts';
import { constant, type Draft } from '../draft.ts';
import { codeableConcept } from '../hl7v2/datatypes/cwe.ts';
import { dateTimeOf } from '../hl7v2/datatypes/ts.ts';
import { annotations } from '../hl7v2/segments/nte.ts';
import { practitionerRoleEntry } from '../hl7v2/segments/practitioner.ts';
import { carryRemainders } from '../hl7v2/segments/remainder.ts';
import { derivedId } from '../identity.ts';
import { interpretation } from '../lab-oru/flags.ts';
import { codeKey } from '../lab-oru/order-numbers.ts';
import { absentCode } from '../lab-oru/scope.ts';
import { statusOf } from '../lab-oru/status.ts';
import { valueOf } from '../lab-oru/value.ts';
import type { ObservationLines } from './order-group.ts';
import type { GroupScope } from './scope.ts';

const RULE = 'medication.observation';

/** Adds the observation; its key is the order's, the test's and its place among equals. */
export function observationEntry(scope: GroupScope, { obx, notes }: ObservationLines, place: number | string): string {
  const { reading, numbers } = scope;
  const id = derivedId(reading.source, numbers.within, `observation|${codeKey(obx, 3)}|${place}`);
  return scope.bundle.add<Observation>('Observation', id, () => {
    const read = valueOf({ obx, more: [], notes: [] }, reading);
    const code = codeableConcept(obx.rep(3), `${RULE}.code`, reading) ?? absentCode(`${RULE}.code`);
    const at = dateTimeOf(obx.at(14), RULE, reading);
    const draft = {
      identifier: [identifierOf(id)],
      ...statusOf<Observation['status']>(obx.at(11), 'observation-status', '0085', `${RULE}.status`, reading),
      code,
      subject: scope.patient,
      encounter: scope.encounter,
      ...(at && { effectiveDateTime: at }),
      performer: obx.reps(16).map((repetition) => {
        const role = practitionerRoleEntry(scope.bundle, repetition, RULE, reading, scope.controlId);
        return role === undefined ? undefined : referTo(role, 'PractitionerRole', RULE);
      }),
      ...read.value,
      interpretation: interpretation(obx, reading),
      note: annotations(notes, `${RULE}.note`),
      component: read.several.map((value) => ({ code, ...value })),
    };
    const extension: Draft<Observation['extension']> = [
      ...read.extension,
      ...read.attachments.map((valueAttachment) => ({ url: constant(ATTACHMENT, RULE), valueAttachment })),
      ...carryRemainders([obx, ...notes], 'medication.remainder'),
    ];
    return { ...draft, extension };
  });
}

/** R5 knows this value type, R4 takes it as an extension. */
const ATTACHMENT = 'https://hl7.org/fhir/5.0/StructureDefinition/extension-Observation.valueAttachment';
