/** OBR to DiagnosticReport (v2-to-FHIR: OBR[DiagnosticReport]; Lab2zorg lu-LaboratoryTestResult-DiagnosticReport). */
import type { DiagnosticReport } from 'fhir/r4.js';
import { identifierOf, referTo } from '../bundle.ts';
import { constant } from '../draft.ts';
import { codeableConcept } from '../hl7v2/datatypes/cwe.ts';
import type { Segment } from '../hl7v2/message.ts';
import { carryRemainders } from '../hl7v2/segments/remainder.ts';
import { LAB_REPORT, LAB_RESULT } from '../lab-profile.ts';
import type { ResultEntry } from './observation.ts';
import { codeKey } from './order-numbers.ts';
import { absentCode, referAll, type OrderScope } from './scope.ts';
import { statusOf } from './status.ts';

const RULE = 'lab.report';

export interface ReportParts {
  readonly order: string | undefined;
  readonly specimens: readonly string[];
  /** The panel first, then its members. */
  readonly results: readonly ResultEntry[];
}

/**
 * Adds the report of an OBR, with filler and placer number among its identifiers. Its key is the order number with
 * OBR-4: one number often covers several OBRs, sent as they finish.
 */
export function reportEntry(scope: OrderScope, obr: Segment, { order, specimens, results }: ReportParts): string {
  const { reading, numbers } = scope;
  const id = scope.keys.key(numbers.within, `report|${codeKey(obr, 4)}`);
  // lu- wants results that are nl-core; with one that is not, the report claims nothing.
  const lu = scope.section.laboratory && results.every(({ profile }) => profile === LAB_RESULT);
  return scope.bundle.add<DiagnosticReport>('DiagnosticReport', id, () => {
    const draft = {
      meta: lu ? { profile: [constant(LAB_REPORT, RULE)] } : undefined,
      identifier: [identifierOf(id), numbers.filler?.identifier, numbers.placer?.identifier],
      basedOn: order === undefined ? undefined : [referTo(order, 'ServiceRequest')],
      ...statusOf<DiagnosticReport['status']>(obr.at(25), 'report-status', '0123', `${RULE}.status`, reading),
      category: scope.section.reportCategory,
      code: codeableConcept(obr.rep(4), `${RULE}.code`, reading) ?? absentCode(`${RULE}.code`),
      subject: scope.subject,
      encounter: scope.encounter,
      ...scope.effective,
      issued: scope.issued,
      performer: [scope.laboratory],
      specimen: referAll(specimens, 'Specimen'),
      result: referAll(
        results.map(({ reference }) => reference),
        'Observation',
      ),
      presentedForm: results.flatMap(({ attachments }) => attachments),
    };
    return { ...draft, extension: carryRemainders([obr, ...scope.takeStrays()], 'lab.remainder') };
  });
}
