/** Which HL7 v2 message types the gateway takes, and the mapping that carries each. */
import { adminAdt } from '../../mappings/admin-adt/mapping.ts';
import { mergesOf } from '../../mappings/admin-adt/merge.ts';
import { documentMdm } from '../../mappings/document-mdm/mapping.ts';
import { labOru } from '../../mappings/lab-oru/mapping.ts';
import { medicationV2 } from '../../mappings/medication-v2/mapping.ts';
import { referralV2 } from '../../mappings/referral-v2/mapping.ts';
import { referralStep } from '../../mappings/referral-v2/step.ts';
import { orderV2 } from '../../mappings/order-v2/mapping.ts';
import type { Mapping, MappingContext } from '../../mappings/mapping.ts';
import type { Message } from '../../mappings/hl7v2/message.ts';
import type { Merge } from '../enrolment/admin.ts';
import type { TransferChange } from '../transfer/change.ts';
import { contentChange, stepChange } from './referral-change.ts';
import type { Flow } from '../regions/region.ts';

export interface V2Type {
  readonly flow: Flow;
  readonly mapping: Mapping<Message>;
  /** What the message changes in a transfer that is under way. */
  readonly change?: (message: Message, context: MappingContext) => TransferChange;
  /** Which patients the message joins, for a type that can. */
  readonly merges?: (message: Message, context: MappingContext) => readonly Merge[];
}

const ADMIN: V2Type = { flow: 'patient-admin', mapping: adminAdt };

const LAB: V2Type = { flow: 'lab-result', mapping: labOru };

const ORDER: V2Type = { flow: 'order', mapping: orderV2 };

const MEDICATION: V2Type = { flow: 'medication', mapping: medicationV2 };

const STEP: V2Type = { flow: 'transfer-update', mapping: referralStep, change: stepChange };

/** Keyed by MSH-9.1 and MSH-9.2. */
const TYPES: Readonly<Record<string, Readonly<Record<string, V2Type>>>> = {
  ADT: {
    ...Object.fromEntries('A01 A02 A03 A04 A08 A11 A12 A13 A31'.split(' ').map((event) => [event, ADMIN])),
    A40: { ...ADMIN, merges: mergesOf },
  },
  MDM: { T02: { flow: 'co-treatment', mapping: documentMdm } },
  OMP: { O09: MEDICATION },
  RAS: { O17: MEDICATION },
  RDE: { O11: MEDICATION, O25: MEDICATION },
  RDS: { O13: MEDICATION },
  REF: {
    I12: { flow: 'transfer-request', mapping: referralV2 },
    I13: { flow: 'transfer-update', mapping: referralV2, change: contentChange },
    I14: STEP,
  },
  RRI: { I12: STEP },
  ORU: { R01: LAB },
  OUL: { R22: LAB },
  OML: { O21: ORDER },
  ORM: { O01: ORDER },
};

export type V2Typed =
  | { readonly ok: true; readonly type: V2Type }
  /** HL7 table 0357: 200 unsupported message type, 201 unsupported event. */
  | { readonly ok: false; readonly table0357: '200' | '201' };

export function v2TypeOf(code: string, event: string): V2Typed {
  const events = TYPES[code];
  if (events === undefined) return { ok: false, table0357: '200' };
  const type = events[event];
  return type === undefined ? { ok: false, table0357: '201' } : { ok: true, type };
}
