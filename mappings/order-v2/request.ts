/** ORC and OBR to ServiceRequest (v2-to-FHIR: ORC[ServiceRequest], OBR[ServiceRequest]). */
import type { CodeableConcept, Extension, FhirResource, Reference, ServiceRequest } from 'fhir/r4.js';
import { nlCore, SYSTEM } from '../../profiles/canonical.ts';
import { identifierOf, referTo } from '../bundle.ts';
import { constant, type Draft } from '../draft.ts';
import { codeableConcept, codesOf } from '../hl7v2/datatypes/cwe.ts';
import { entityNumberIn } from '../hl7v2/datatypes/ei.ts';
import { dateTimeOf } from '../hl7v2/datatypes/ts.ts';
import { sameAs, textOf } from '../hl7v2/leaf.ts';
import type { Segment } from '../hl7v2/message.ts';
import { diagnosisEntries } from '../hl7v2/segments/dg1.ts';
import { annotations } from '../hl7v2/segments/nte.ts';
import { carryRemainders } from '../hl7v2/segments/remainder.ts';
import { markField, sameField, textOfField } from '../lab-oru/fields.ts';
import { priority, requester, requisition } from '../lab-oru/order.ts';
import { orderPlace } from '../lab-oru/parent.ts';
import { UNTRANSLATED } from '../lab-profile.ts';
import { untranslatedCode } from '../untranslated.ts';
import { occurrence } from './occurrence.ts';
import type { OrderScope } from './scope.ts';
import { observationsOf, specimensOf } from './specimens.ts';
import { askedInWords, orderStatus } from './status.ts';

const RULE = 'order.request';
const REPEATED = 'the same diagnosis stands with an earlier order';
const STATUS_REASON = 'http://hl7.org/fhir/StructureDefinition/request-statusReason';

/** Of the value set nl-core-Procedure-request requires, the systems that are in it as a whole; SNOMED CT is by refset. */
const PROCEDURE_SYSTEMS: readonly string[] = [SYSTEM.nza, 'urn:oid:2.16.840.1.113883.2.4.3.120.5.3'];

/**
 * Adds one order. Its key is the placer's number with the test, so that a change or a stop hits the same request: senders
 * put one number on several tests.
 */
export function requestEntry(scope: OrderScope, obr: Segment): string {
  const { bundle, reading, numbers, group } = scope;
  const { orc } = group;
  const id = scope.keys.key(numbers.within, orderPlace(obr));
  return bundle.add<ServiceRequest>('ServiceRequest', id, () => {
    const { specimens, observations } = specimensOf(scope);
    const told = [...observationsOf(scope, group.results), ...observations];
    const reasons = orderReasons(scope);
    const draft = {
      ...claimOf(obr, scope),
      identifier: [identifierOf(id), numbers.placer?.identifier, numbers.filler?.identifier],
      basedOn: parentOrder(scope, obr),
      requisition: requisition(scope),
      ...orderStatus(scope),
      intent: constant('order', RULE),
      category: [codeableConcept(obr.rep(24), `${RULE}.category`, reading, '0074')],
      priority: priority(scope),
      code: codeableConcept(obr.rep(4), `${RULE}.code`, reading),
      subject: scope.patient,
      encounter: scope.encounter,
      ...occurrence(scope),
      authoredOn: orc?.at(1).text.trim() === 'NW' ? dateTimeOf(orc.at(9), RULE, reading) : undefined,
      requester: requester(scope),
      reasonCode: [
        ...obr.reps(31).map((repetition) => codeableConcept(repetition, `${RULE}.reason`, reading)),
        reasons.ofOrder,
      ],
      reasonReference: diagnoses(scope),
      insurance: referEach('Coverage', scope.insurance),
      supportingInfo: referEach('Observation', told),
      specimen: referEach('Specimen', specimens),
      note: [
        ...askedInWords(scope),
        ...annotations(group.notes, `${RULE}.note`),
        ...obr.reps(13).map((repetition) => {
          const text = textOf(repetition.cell(2), `${RULE}.note`) ?? textOf(repetition.cell(1), `${RULE}.note`);
          return text && { text };
        }),
      ],
    };
    const rest = [orc, obr, ...group.about, ...group.notes, ...scope.takeStrays()];
    return { ...draft, extension: [...reasons.ofStatus, ...carryRemainders(rest, 'order.remainder')] };
  });
}

const referEach = (type: FhirResource['resourceType'], fullUrls: readonly string[]): Draft<Reference>[] =>
  fullUrls.map((fullUrl) => referTo(fullUrl, type, RULE));

/** nl-core where the code is one it is known to allow. A code of the sender's own alone is marked, with a warning. */
function claimOf(obr: Segment, { reading }: OrderScope): { readonly meta?: Draft<ServiceRequest['meta']> } {
  const codes = codesOf(obr.rep(4), `${RULE}.code`, reading);
  if (codes.some(({ system }) => PROCEDURE_SYSTEMS.includes(system))) {
    return { meta: { profile: [constant(nlCore('Procedure-request'), RULE)] } };
  }
  if (codes.some(({ local }) => !local)) return {};
  const text = 'The order has no code of a system known here; it travels as sent.';
  reading.warnings.push({
    code: 'untranslated-code',
    location: obr.rep(4).path(),
    text,
    ...untranslatedCode(codes),
  });
  return {
    meta: { tag: [{ system: constant(UNTRANSLATED.system, RULE), code: constant(UNTRANSLATED.code, RULE) }] },
  };
}

/** OBR-29, else ORC-8: the order this one follows from, by the placer's number, else the filler's. */
function parentOrder({ group: { orc }, reading }: OrderScope, obr: Segment): Draft<Reference>[] {
  const [segment, field] = obr.rep(29).filled || orc === undefined ? ([obr, 29] as const) : ([orc, 8] as const);
  if (segment === obr && orc !== undefined && sameField(obr, orc, 29, 8)) markField(orc, 8, sameAs(obr.rep(29)));
  const numbers = segment.rep(field);
  const number =
    entityNumberIn(numbers, 1, 'placer-order', RULE, reading, 'PLAC') ??
    entityNumberIn(numbers, 2, 'filler-order', RULE, reading, 'FILL');
  return number === undefined ? [] : [{ type: constant('ServiceRequest', RULE), identifier: number.identifier }];
}

/** ORC-16: why the order is placed, or, with any other order control, why its state changed. */
function orderReasons({ group: { orc }, reading }: OrderScope) {
  const concept: Draft<CodeableConcept> | undefined = orc && codeableConcept(orc.rep(16), `${RULE}.reason`, reading);
  const none: Draft<Extension>[] = [];
  if (concept === undefined || orc?.at(1).text.trim() === 'NW') return { ofOrder: concept, ofStatus: none };
  const ofStatus = [{ url: constant(STATUS_REASON, RULE), valueCodeableConcept: concept }];
  return { ofOrder: undefined, ofStatus };
}

/** DG1 of the order; the same diagnosis with several orders is one. */
function diagnoses(scope: OrderScope): Draft<Reference>[] {
  const fullUrls = scope.group.diagnoses.flatMap((dg1) => {
    const words = Array.from({ length: dg1.fieldCount() - 1 }, (_, at) => textOfField(dg1, at + 2)).join('|');
    const known = scope.diagnoses.get(words);
    if (known !== undefined) {
      for (let field = 2; field <= dg1.fieldCount(); field++) markField(dg1, field, REPEATED);
      return [known];
    }
    const made = diagnosisEntries(scope, [dg1]).map(({ reference }) => reference);
    for (const fullUrl of made) scope.diagnoses.set(words, fullUrl);
    return made;
  });
  return referEach('Condition', [...new Set(fullUrls)]);
}
