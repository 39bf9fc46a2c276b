/** ORC and OBR to ServiceRequest: the order a result answers (v2-to-FHIR: ORC[ServiceRequest], OBR[ServiceRequest]). */
import type { Identifier, Reference, ServiceRequest } from 'fhir/r4.js';
import { identifierOf, referTo } from '../bundle.ts';
import { constant, type Draft, type Leaf } from '../draft.ts';
import { codeableConcept } from '../hl7v2/datatypes/cwe.ts';
import { entityNumber, entityNumberIn } from '../hl7v2/datatypes/ei.ts';
import { dateTimeOf } from '../hl7v2/datatypes/ts.ts';
import { leafAt, sameAs, textOf } from '../hl7v2/leaf.ts';
import type { Segment } from '../hl7v2/message.ts';
import { organizationEntry } from '../hl7v2/segments/organization.ts';
import { practitionerRoleEntry } from '../hl7v2/segments/practitioner.ts';
import { carryRemainders } from '../hl7v2/segments/remainder.ts';
import { translate, v2Table, type ConceptMapName } from '../terminology/translate.ts';
import { markField, sameField } from './fields.ts';
import { note } from './notes.ts';
import { orderPlace } from './parent.ts';
import type { OrderScope } from './scope.ts';
import { originalCode } from './status.ts';

const RULE = 'lab.order';

/**
 * Undefined without ORC and OBR. The key is the order number with the test: laboratories put one number on many tests,
 * and the answer to one must not overwrite the order of another.
 * @param comments NTE of the order that have no result to stand with
 */
export function orderEntry(scope: OrderScope, comments: readonly Segment[]): string | undefined {
  const { orc, obr, about } = scope.group;
  if (orc === undefined && obr === undefined) return undefined;
  const { placer, filler, within } = scope.numbers;
  const id = scope.keys.key(within, orderPlace(obr));
  return scope.bundle.add<ServiceRequest>('ServiceRequest', id, () => {
    const draft = {
      identifier: [identifierOf(id), placer?.identifier, filler?.identifier],
      basedOn: scope.parent.order === undefined ? undefined : [referTo(scope.parent.order, 'ServiceRequest')],
      requisition: requisition(scope),
      ...orderStatus(scope),
      intent: intent(obr),
      priority: priority(scope),
      code: obr && codeableConcept(obr.rep(4), `${RULE}.code`, scope.reading),
      subject: scope.subject,
      encounter: scope.encounter,
      occurrenceDateTime: obr && dateTimeOf(obr.at(6), RULE, scope.reading),
      authoredOn: orc?.at(1).text.trim() === 'NW' ? dateTimeOf(orc.at(9), RULE, scope.reading) : undefined,
      requester: requester(scope),
      reasonCode: obr?.reps(31).map((repetition) => codeableConcept(repetition, RULE, scope.reading)),
      note: [
        ...note(comments, `${RULE}.note`),
        ...(obr?.reps(13) ?? []).map((repetition) => {
          const text = textOf(repetition.cell(2), RULE) ?? textOf(repetition.cell(1), RULE);
          return text && { text };
        }),
      ],
    };
    return { ...draft, extension: carryRemainders([orc, ...about, ...comments], 'lab.remainder') };
  });
}

/** OBR-11 G: the laboratory added it on the ground of an earlier result (v2-to-FHIR: OBR[ServiceRequest]). */
function intent(obr: Segment | undefined): Leaf<ServiceRequest['intent']> {
  const cell = obr?.at(11);
  return cell?.text.trim() === 'G' ? leafAt(cell, 'reflex-order', `${RULE}.intent`) : constant('order', RULE);
}

/** ORC-4: EI, and from v2.9 EIP, of which the placer's part is the group. */
export function requisition({
  reading,
  group: { orc },
}: Pick<OrderScope, 'reading' | 'group'>): Draft<Identifier> | undefined {
  if (orc === undefined) return undefined;
  const repetition = orc.rep(4);
  const number =
    repetition.subcomponentCount(1) > 1
      ? entityNumberIn(repetition, 1, 'placer-group', RULE, reading, 'PGN')
      : entityNumber(repetition, 'placer-group', RULE, reading, 'PGN');
  return number?.identifier;
}

/** ORC-5, else ORC-1, else what OBR-25 says of the results; `unknown` when none of them tells. */
function orderStatus({ group: { orc, obr } }: OrderScope) {
  const ways: readonly [Segment | undefined, number, ConceptMapName, string][] = [
    [orc, 5, 'order-state', '0038'],
    [orc, 1, 'order-control', '0119'],
    [obr, 25, 'order-state', '0123'],
  ];
  for (const [segment, field, map, table] of ways) {
    const cell = segment?.at(field);
    const found = cell?.filled === true ? translate(map, v2Table(table), cell.text.trim()) : undefined;
    if (cell === undefined || found === undefined) continue;
    const status: Leaf<ServiceRequest['status']> = leafAt(
      cell,
      found.code as ServiceRequest['status'],
      `${RULE}.status`,
      found.map,
    );
    return { status, _status: originalCode(cell, table, `${RULE}.status`) };
  }
  return { status: constant('unknown', `${RULE}.status`) };
}

/** TQ1-9, OBR-27.6, ORC-7.6, OBR-5: the first that table 0485 knows. */
export function priority({
  group: { orc, obr, about },
}: Pick<OrderScope, 'group'>): Leaf<'routine' | 'asap' | 'stat'> | undefined {
  const timing = about.find(({ name }) => name === 'TQ1');
  for (const cell of [timing?.at(9), obr?.at(27, 6), orc?.at(7, 6), obr?.at(5)]) {
    const found = cell?.filled === true ? translate('request-priority', v2Table('0485'), cell.text.trim()) : undefined;
    if (cell && found) return leafAt(cell, found.code as 'routine' | 'asap' | 'stat', RULE, found.map);
  }
  return undefined;
}

/** ORC-12, else OBR-16, else the ordering facility ORC-21. */
export function requester({
  bundle,
  reading,
  numbers,
  group: { orc, obr },
}: Pick<OrderScope, 'bundle' | 'reading' | 'numbers' | 'group'>): Draft<Reference> | undefined {
  const fromOrc = orc?.rep(12).filled === true;
  if (fromOrc && obr !== undefined && sameField(orc, obr, 12, 16)) markField(obr, 16, sameAs(orc.rep(12)));
  const repetition = fromOrc ? orc.rep(12) : obr?.rep(16);
  const role = repetition && practitionerRoleEntry(bundle, repetition, `${RULE}.requester`, reading, numbers.within);
  if (role !== undefined) return referTo(role, 'PractitionerRole', `${RULE}.requester`);
  const facility = orc && organizationEntry(bundle, orc.rep(21), `${RULE}.requester`, reading);
  return facility === undefined ? undefined : referTo(facility, 'Organization', `${RULE}.requester`);
}
