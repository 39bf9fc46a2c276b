/** PV1 and PV2 to nl-core-Encounter (v2-to-FHIR: PV1[Encounter], PV2[Encounter]). */
import type { Coding, Encounter, EncounterDiagnosis, Extension } from 'fhir/r4.js';
import { nlCore, SYSTEM } from '../../../profiles/canonical.ts';
import { identifierOf, referTo, type BundleDraft } from '../../bundle.ts';
import { constant, type Draft, type Leaf } from '../../draft.ts';
import { derivedId, type BusinessId } from '../../identity.ts';
import type { MappingContext, Warning } from '../../mapping.ts';
import { untranslatedCode } from '../../untranslated.ts';
import { controlIdOf } from '../control-id.ts';
import { codeableConcept, codeSystemNamed } from '../datatypes/cwe.ts';
import { numberOf, type PatientNumber } from '../datatypes/cx.ts';
import { periodOf } from '../datatypes/ts.ts';
import { codeOf, leafAt, lookedUp, readingFor, type Reading } from '../leaf.ts';
import type { Cell, Message, Segment } from '../message.ts';
import { carryRemainders } from './remainder.ts';
import { hospitalization, locations, participants } from './stay-parts.ts';

export interface EncounterEntry {
  /** urn:uuid of the Encounter; null when the message has no PV1. */
  readonly reference: string | null;
  readonly id: BusinessId | null;
  readonly warnings: readonly Warning[];
}

const RULE = 'pv1.encounter';
type Status = Encounter['status'];

/** What an event says of the stay beside PV1. */
export interface StayEvent {
  /** A01 in progress, A03 finished; absent: by PV1-45 and PV1-2. */
  readonly status?: Leaf<Status> | undefined;
  /** When the stay ended, for a PV1-45 that is silent; null: it did not end, whatever PV1-45 says. */
  readonly end?: Cell | null | undefined;
  /** Made when the stay has its place in the Bundle. */
  readonly diagnosis?: () => readonly Draft<EncounterDiagnosis>[];
  /** Made before the remainders of PV1 are carried. */
  readonly extension?: () => readonly Draft<Extension>[];
}

/** What names the stay from one message to the next. */
interface StayKey {
  readonly id: BusinessId;
  readonly numbers: readonly PatientNumber[];
}

/**
 * PV1-19, else PV1-50; without a number the moment of admission (PV1-44) of this patient, which later messages repeat;
 * only a stay without any of them is bound to this one message.
 */
function keyOf(pv1: Segment, patient: string, controlId: string, reading: Reading): StayKey {
  const numbers = [19, 50].flatMap((field) => numberOf(pv1.rep(field), 'visit', 'pv1.identifier', reading) ?? []);
  const [first] = numbers;
  if (first !== undefined) return { id: first.id, numbers };
  const admitted = pv1.at(44).text.trim();
  const id =
    admitted === ''
      ? derivedId(reading.source, controlId, 'PV1')
      : derivedId(reading.source, patient, `PV1 admitted ${admitted}`);
  return { id, numbers };
}

/** Identifier of the Encounter that `encounterEntry` adds; null when the message has no PV1. */
export function stayIdOf(message: Message, context: MappingContext, patient: string): BusinessId | null {
  const pv1 = message.first('PV1');
  if (pv1 === undefined) return null;
  return keyOf(pv1, patient, controlIdOf(message), readingFor(context.source)).id;
}

/**
 * Adds the stay or contact of the message.
 * @param patient urn:uuid of the Patient
 */
export function encounterEntry(
  bundle: BundleDraft,
  message: Message,
  context: MappingContext,
  patient: string,
  event: StayEvent = {},
): EncounterEntry {
  const pv1 = message.first('PV1');
  if (pv1 === undefined) return { reference: null, id: null, warnings: [] };
  const pv2 = message.first('PV2');
  const reading = readingFor(context.source);
  const controlId = controlIdOf(message);
  const { id, numbers } = keyOf(pv1, patient, controlId, reading);
  const status = event.status ?? statusOf(pv1);
  const reference = bundle.add<Encounter>('Encounter', id, () => {
    const end = event.end === null ? undefined : pv1.at(45).filled ? pv1.at(45) : event.end;
    const draft = {
      meta: { profile: [constant(nlCore('Encounter'), RULE)] },
      identifier: numbers.length > 0 ? numbers.map(({ identifier }) => identifier) : [identifierOf(id)],
      status,
      class: classOf(pv1.at(2), reading),
      type: [codeableConcept(pv1.rep(4), 'pv1.type', reading, '0007')],
      serviceType: codeableConcept(pv1.rep(10), 'pv1.serviceType', reading, '0069'),
      priority: pv2 && codeableConcept(pv2.rep(25), 'pv2.priority', reading, '0217'),
      subject: referTo(patient, 'Patient', RULE),
      participant: participants(bundle, pv1, reading, controlId),
      period: periodOf(pv1.at(44), end, 'pv1.period', reading),
      reasonCode: pv2 && [codeableConcept(pv2.rep(3), 'pv2.reason', reading)],
      diagnosis: event.diagnosis?.(),
      hospitalization: hospitalization(pv1, reading, event.end !== null),
      location: locations(bundle, pv1, reading, status.value, end !== undefined),
    };
    const told = event.extension?.() ?? [];
    return { ...draft, extension: [...told, ...carryRemainders([pv1, pv2], 'pv1.remainder')] };
  });
  return { reference, id, warnings: reading.warnings };
}

/** HL7 table 0004 (v2-to-FHIR: PatientClass[EncounterClass], PatientClass[EncounterStatus]). */
const CLASSES = { E: 'EMER', I: 'IMP', O: 'AMB', P: 'PRENC' } as const;
const TABLE_0004 = /^[RBCNU]$/;

function classOf(cell: Cell, reading: Reading): Draft<Coding> {
  const rule = 'pv1.class';
  const known = lookedUp(cell, CLASSES, rule);
  if (known !== undefined) return { system: constant(SYSTEM.actCode, rule), code: known };
  const code = codeOf(cell, rule);
  if (code === undefined) {
    // Encounter.class is required in FHIR; a sender that says nothing has an unknown class.
    return {
      system: constant('http://terminology.hl7.org/CodeSystem/v3-NullFlavor', rule),
      code: constant('UNK', rule),
    };
  }
  if (TABLE_0004.test(code.value))
    return { system: leafAt(cell, codeSystemNamed('HL70004', reading.source).uri, rule), code };
  const text = 'The patient class is not a code of HL7 table 0004; the code of the sender travels as it is.';
  const { uri } = codeSystemNamed('PV1-2', reading.source);
  const coding = untranslatedCode([{ system: uri, code: code.value }]);
  reading.warnings.push({ code: 'untranslated-code', location: cell.path(), text, ...coding });
  return { system: leafAt(cell, uri, rule), code };
}

function statusOf(pv1: Segment): Leaf<Status> {
  if (pv1.at(45).filled) return leafAt(pv1.at(45), 'finished', 'pv1.status');
  const code = pv1.at(2).text.trim();
  if (code === '') return constant('unknown', 'pv1.status');
  return leafAt(pv1.at(2), code === 'P' ? 'planned' : code === 'U' ? 'unknown' : 'in-progress', 'pv1.status');
}
