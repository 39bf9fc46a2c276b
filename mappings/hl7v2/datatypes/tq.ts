/** TQ, timing and quantity of ORC-7 and OBR-27 until v2.4 (v2-to-FHIR: TQ[ServiceRequest]). */
import type { Period, ServiceRequest } from 'fhir/r4.js';
import type { Draft, Leaf } from '../../draft.ts';
import { lookedUp, type Reading } from '../leaf.ts';
import type { Repetition } from '../message.ts';
import { periodOf } from './ts.ts';

export interface TimingQuantity {
  readonly priority: Leaf<NonNullable<ServiceRequest['priority']>> | undefined;
  readonly period: Draft<Period> | undefined;
}

/** TQ.6; other priorities (P preoperative, T timing critical, C callback) have no FHIR code and travel as they are. */
const PRIORITIES = { S: 'stat', A: 'asap', R: 'routine' } as const;

/** Start, end and priority; quantity, interval and duration stay unused for the mapping that knows what they dose. */
export const timingQuantity = (repetition: Repetition, rule: string, reading: Reading): TimingQuantity => ({
  priority: lookedUp(repetition.cell(6), PRIORITIES, rule),
  period: periodOf(repetition.cell(4), repetition.cell(5), rule, reading),
});
