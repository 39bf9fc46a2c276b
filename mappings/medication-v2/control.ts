/** What an order control code (ORC-1) and an order status (ORC-5) say of the agreement (HL7 tables 0119 and 0038). */
import type { Element, Extension, MedicationRequest } from 'fhir/r4.js';
import { constant, type Draft, type Leaf } from '../draft.ts';
import { leafAt, type Reading } from '../hl7v2/leaf.ts';
import type { Cell, Segment } from '../hl7v2/message.ts';
import { originalCode } from '../lab-oru/status.ts';
import { STOP_TYPE } from '../medication-profile.ts';
import { translate, v2Table, type Translation } from '../terminology/translate.ts';
import { untranslatedCode } from '../untranslated.ts';
import type { OrderGroup } from './order-group.ts';
import { isAfter } from './moments.ts';

const RULE = 'medication.order.control';
type Status = MedicationRequest['status'];

export interface OrderControl {
  readonly status: Leaf<Status>;
  readonly _status: Draft<Element> | undefined;
  /** The agreement is stopped, cancelled or interrupted: a stop-MA in MP9. */
  readonly stopped: boolean;
  readonly stopType: Draft<Extension> | undefined;
  /** The order is changed, stopped or resumed: ORC-16 tells why, and is not the reason for prescribing. */
  readonly isChange: boolean;
}

const NEW: ReadonlySet<string> = new Set(['', 'NW', 'OK', 'OE', 'OP', 'PY', 'SN', 'NA']);
/** Replaced: the order that an RO (replacement order) after it in the same message takes the place of. */
const REPLACED: ReadonlySet<string> = new Set(['RP', 'RQ', 'RU']);

interface Said {
  readonly cell: Cell;
  readonly table: '0119' | '0038';
  readonly status: Translation | undefined;
  readonly stop: Translation | undefined;
}

/** @param next the group after this one, if any */
export function orderControl({ orc }: OrderGroup, next: OrderGroup | undefined, reading: Reading): OrderControl {
  const said = [tell(orc?.at(1), '0119'), tell(orc?.at(5), '0038')].filter((one) => one !== undefined);
  const [control] = said;
  const code = orc?.at(1).text.trim() ?? '';
  const isChange = !NEW.has(code);
  if (orc && REPLACED.has(code) && next?.orc?.at(1).text.trim() === 'RO') return replaced(orc.at(1));
  // A stop said in either place is a stop; otherwise the status of the order is newer than what was asked.
  const stop = said.find((one) => one.stop !== undefined);
  const decided = stop ?? said.findLast((one) => one.status !== undefined);
  if (decided?.status === undefined) return { ...unknown(control, reading), isChange };
  const { cell, table, status } = decided;
  const planned = stop !== undefined && isPlanned(orc, reading);
  return {
    status: planned
      ? leafAt(cell, 'active', `${RULE}.planned`)
      : leafAt(cell, status.code as Status, `${RULE}.status`, status.map),
    _status: originalCode(cell, table, `${RULE}.status`),
    stopped: stop !== undefined,
    stopType: stop?.stop && stopType(cell, stop.stop),
    isChange: isChange || stop !== undefined,
  };
}

/**
 * A stop that takes effect (ORC-15) after it was said (ORC-9): until then the medication is given, and MP9 has the agreement
 * active with its stop type and its end.
 */
const isPlanned = (orc: Segment | undefined, reading: Reading): boolean =>
  orc !== undefined && isAfter(orc.at(15), orc.at(9), reading);

function tell(cell: Cell | undefined, table: '0119' | '0038'): Said | undefined {
  if (cell?.filled !== true) return undefined;
  const code = cell.text.trim();
  return {
    cell,
    table,
    status: translate('medication-status', v2Table(table), code),
    stop: translate('medication-stop', v2Table(table), code),
  };
}

function unknown(control: Said | undefined, reading: Reading): Omit<OrderControl, 'isChange'> {
  const nothing = { stopped: false, stopType: undefined };
  if (control === undefined) return { status: constant('unknown', RULE), _status: undefined, ...nothing };
  const coding = untranslatedCode([{ system: v2Table(control.table), code: control.cell.text }]);
  const text = 'The order control code says nothing of the agreement; its status is unknown.';
  reading.warnings.push({ code: 'untranslated-code', location: control.cell.path(), text, ...coding });
  return {
    status: leafAt(control.cell, 'unknown', RULE),
    _status: originalCode(control.cell, control.table, RULE),
    ...nothing,
  };
}

function replaced(cell: Cell): OrderControl {
  const stopped = translate('medication-stop', v2Table('0038'), 'RP');
  return {
    status: leafAt(cell, 'stopped', `${RULE}.replaced`),
    _status: originalCode(cell, '0119', `${RULE}.replaced`),
    stopped: true,
    stopType: stopped && stopType(cell, stopped),
    isChange: true,
  };
}

const stopType = (cell: Cell, { system, code, display, map }: Translation): Draft<Extension> => ({
  url: constant(STOP_TYPE, `${RULE}.stop`),
  valueCodeableConcept: {
    coding: [
      {
        system: constant(system, `${RULE}.stop`),
        code: leafAt(cell, code, `${RULE}.stop`, map),
        display: constant(display ?? code, `${RULE}.stop`),
      },
    ],
  },
});
