/**
 * Is it a message we take, and is it proved? No side effects: everything here may be done before the commit. Many
 * messages wait for one commit, so only what the commit writes is kept: the trees read and built, a hundred times the
 * message, are let go.
 */
import type { UntranslatedCode } from '../../mappings/mapping.ts';
import type { Merge } from '../enrolment/admin.ts';
import { patientKeysOf } from '../enrolment/patient-keys.ts';
import { orderedAtOf, thingsOf } from '../flows/facts.ts';
import { prove, type Proved } from '../flows/prove.ts';
import { contentHash, type Reading } from '../flows/reading.ts';
import type { Content, Door, Instant, NewMessage } from '../ledger/ledger.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { partyOf, regionFacts, sourceSettings } from '../regions/load.ts';
import type { Flow, RegionFile, Source } from '../regions/region.ts';
import type { TransferChange } from '../transfer/change.ts';
import { fhirContent } from './desk.ts';
import type { Looking } from './receive.ts';

/** A proved message, as the commit needs it. */
export interface Taken extends Pick<NewMessage, 'warnings' | 'patientKeys' | 'orderedAt' | 'things'> {
  readonly ok: true;
  readonly flow: Flow;
  readonly mapping: NonNullable<NewMessage['mapping']>;
  /** Patients this message joins (ADT^A40). */
  readonly merges: readonly Merge[];
  /** What it changes in a transfer that is under way. */
  readonly change: TransferChange | null;
  /** Codes without a translation: they become work items. */
  readonly untranslated: readonly UntranslatedCode[];
  /** The output Bundle as it is written; null once it is sealed, unless the commit looks into it. */
  readonly clear: Content | null;
}

/** What a message is given at the door. `taskId`: the id a transfer's Task will have. */
export interface Stamp {
  readonly receivedAt: Instant;
  readonly messageId: string;
  readonly taskId: string;
}

export interface Judged extends Stamp, Pick<NewMessage, 'type' | 'controlId' | 'key' | 'contentHash'> {
  readonly outcome: Taken | { readonly ok: false; readonly flow: Flow | null; readonly refusal: Refusal };
}

export function judge(
  region: RegionFile,
  arrival: Looking,
  source: Source,
  reading: Reading | null,
  stamp: Stamp,
): Judged {
  return {
    ...stamp,
    outcome: outcomeOf(region, arrival, source, reading, stamp),
    type: reading?.type ?? null,
    controlId: reading?.controlId ?? null,
    key: reading?.ok === true ? reading.key : null,
    contentHash: contentHash(arrival.bytes),
  };
}

function outcomeOf(
  region: RegionFile,
  arrival: Looking,
  source: Source,
  reading: Reading | null,
  { taskId, receivedAt }: Stamp,
): Judged['outcome'] {
  const no = (refusal: Refusal): Judged['outcome'] => ({ ok: false, flow: null, refusal });
  if (reading === null || arrival.tooLarge === true) {
    const text = 'the message is larger than this door takes';
    return no(refuse('too-large', { code: 'too-long', expression: '', text, rule: 'too-large' }));
  }
  if (!reading.ok) return no(reading.refusal);
  const wrongDoor = doorFault(arrival.door, reading);
  if (wrongDoor !== null) return no(wrongDoor);
  const context = {
    source: sourceSettings(region, source),
    region: regionFacts(region),
    taskId,
    ...(region.provenance ? { receivedAt } : {}),
  };
  const proved = prove(reading, context, partyOf(region, source.party).kind, source.processing);
  if (!proved.ok) return proved;
  const taken = takenOf(proved);
  return nobody(taken, source) ? { ok: false, flow: taken.flow, refusal: nameless(reading) } : taken;
}

/** Flows that find their way by who the patient is. */
const BY_PATIENT: readonly Flow[] = ['lab-result', 'medication', 'patient-admin', 'order', 'co-treatment'];

/** A message without any number of its patient would be acknowledged, held, and never reach anyone. */
const nobody = ({ flow, patientKeys: { bsn, numbers } }: Taken, { routing }: Source): boolean =>
  routing === 'enrolment' && BY_PATIENT.includes(flow) && bsn === null && numbers.length === 0;

const nameless = ({ kind }: Reading & { readonly ok: true }): Refusal =>
  refuse('rule', {
    code: 'required',
    expression: kind === 'hl7v2' ? 'PID-3' : 'Bundle.entry.resource.ofType(Patient).identifier',
    text: 'no BSN and no patient number: nobody could say whose this is',
    rule: 'patient-number',
  });

const takenOf = ({ flow, mapped, bundle, warnings, merges, change }: Proved): Taken => ({
  ok: true,
  flow,
  mapping: mapped.mapping,
  // The code stands with the work items; a warning says place and words.
  warnings: warnings.map(({ code, location, text }) => ({ code, location, text })),
  untranslated: warnings.flatMap(({ coding }) => coding ?? []),
  patientKeys: patientKeysOf(bundle),
  orderedAt: orderedAtOf(bundle),
  things: thingsOf(flow, bundle),
  merges,
  change,
  clear: fhirContent(bundle),
});

/** `POST /fhir` takes a transaction, `$process-message` a message Bundle. */
function doorFault(door: Door, reading: Extract<Reading, { ok: true }>): Refusal | null {
  if (reading.kind !== 'fhir') return null;
  const wanted = door === 'process-message' ? 'message' : 'transaction';
  if (reading.bundle.type === wanted) return null;
  const text = `this door takes a Bundle of type ${wanted}`;
  return refuse('rule', { code: 'value', expression: 'Bundle.type', text, rule: 'bundle-type' });
}
