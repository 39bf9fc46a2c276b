/** Who prescribed and who entered the order. */
import type { Reference } from 'fhir/r4.js';
import { referTo } from '../bundle.ts';
import type { Draft } from '../draft.ts';
import { sameAs } from '../hl7v2/leaf.ts';
import type { Repetition } from '../hl7v2/message.ts';
import { practitionerRoleEntry } from '../hl7v2/segments/practitioner.ts';
import { markField, sameField } from '../lab-oru/fields.ts';
import type { OrderScope, Scope } from './scope.ts';

const RULE = 'medication.agreement';

/** ORC-12, else RXE-13 or RXO-14. */
export function requester(scope: OrderScope): Draft<Reference> | undefined {
  const { group } = scope;
  const { orc, rxe, rxo } = group;
  if (orc?.rep(12).filled === true) {
    if (rxe && sameField(orc, rxe, 12, 13)) markField(rxe, 13, sameAs(orc.rep(12)));
    if (rxo && sameField(orc, rxo, 12, 14)) markField(rxo, 14, sameAs(orc.rep(12)));
    return person(scope, orc.rep(12));
  }
  return person(scope, scope.give.one('prescriber'));
}

/** A professional by number or name (XCN). */
export function person(
  { bundle, reading, controlId }: Scope,
  repetition: Repetition | undefined,
): Draft<Reference> | undefined {
  const role = repetition && practitionerRoleEntry(bundle, repetition, `${RULE}.requester`, reading, controlId);
  return role === undefined ? undefined : referTo(role, 'PractitionerRole', `${RULE}.requester`);
}
