/** What ORC-1 and ORC-5 make of the order. */
import type { Annotation, ServiceRequest } from 'fhir/r4.js';
import { constant, type Draft, type Leaf } from '../draft.ts';
import { leafAt } from '../hl7v2/leaf.ts';
import type { Cell } from '../hl7v2/message.ts';
import { originalCode } from '../lab-oru/status.ts';
import { translate, v2Table } from '../terminology/translate.ts';
import { untranslatedCode } from '../untranslated.ts';
import type { OrderScope } from './scope.ts';

const RULE = 'order.status';
type Status = ServiceRequest['status'];

/**
 * ORC-5, else ORC-1. Only an ORC-1 that ends or holds the order goes before the state the sender still shows: a stop must
 * not be missed. A request to cancel or hold (CA, HD) is not yet granted: by HL7's own map the order stays active, with the
 * code as sent beside it. PR (an earlier order, sent with its results) says nothing: asked again, it would be done twice.
 */
export function orderStatus({ group: { orc }, reading }: OrderScope) {
  const control = orc?.at(1);
  const state = orc?.at(5);
  const said = control && translate('order-control', v2Table('0119'), control.text.trim());
  const shown = state && translate('order-state', v2Table('0038'), state.text.trim());
  const earlier = control?.text.trim() === 'PR';
  const ends = said !== undefined && said.code !== 'active';
  const first = ends || shown === undefined || (asksFor(control) !== undefined && shown.code === 'active');
  if (control && said && !earlier && first) {
    const status: Leaf<Status> = leafAt(control, said.code as Status, RULE, said.map);
    return { status, _status: originalCode(control, '0119', RULE) };
  }
  if (state && shown) {
    const status: Leaf<Status> = leafAt(state, shown.code as Status, RULE, shown.map);
    return { status, _status: originalCode(state, '0038', RULE) };
  }
  if (control?.filled !== true) return { status: constant('unknown', RULE) };
  if (!earlier) {
    const coding = untranslatedCode([{ system: v2Table('0119'), code: control.text.trim() }]);
    const text = 'The order control code says nothing of the state of the order; its status is unknown.';
    reading.warnings.push({ code: 'untranslated-code', location: control.path(), text, ...coding });
  }
  return { status: leafAt(control, 'unknown', RULE), _status: originalCode(control, '0119', RULE) };
}

/** What is asked and not yet granted: an active order looks like any other, and a reader must not miss it. */
const ASKED: Readonly<Record<string, string>> = {
  CA: 'Verzoek om deze aanvraag te annuleren.',
  HD: 'Verzoek om deze aanvraag aan te houden.',
};

const asksFor = (control: Cell | undefined): string | undefined => control && ASKED[control.text.trim()];

/** CA and HD in words. */
export function askedInWords({ group: { orc } }: OrderScope): Draft<Annotation>[] {
  const text = asksFor(orc?.at(1));
  return orc === undefined || text === undefined ? [] : [{ text: leafAt(orc.at(1), text, `${RULE}.asked`) }];
}
