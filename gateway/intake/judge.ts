/** Is it a message we take, and is it proved? No side effects: everything here may be done before the commit. */
import { prove, type ProvedOrNot } from '../flows/prove.ts';
import type { Reading } from '../flows/reading.ts';
import type { Door } from '../ledger/ledger.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { partyOf, regionFacts, sourceSettings } from '../regions/load.ts';
import type { Source } from '../regions/region.ts';
import type { Desk } from './desk.ts';
import type { Arrival } from './receive.ts';

export interface Judged {
  readonly outcome: ProvedOrNot;
  /** The id a transfer's Task will have. */
  readonly taskId: string;
}

export function judge(desk: Desk, arrival: Arrival, source: Source, reading: Reading | null): Judged {
  const taskId = desk.newId();
  const no = (refusal: Refusal): Judged => ({ outcome: { ok: false, flow: null, refusal }, taskId });
  if (reading === null || arrival.tooLarge === true) {
    const text = 'the message is larger than this door takes';
    return no(refuse('too-large', { code: 'too-long', expression: '', text, rule: 'too-large' }));
  }
  if (!reading.ok) return no(reading.refusal);
  const wrongDoor = doorFault(arrival.door, reading);
  if (wrongDoor !== null) return no(wrongDoor);
  const context = { source: sourceSettings(desk.region, source), region: regionFacts(desk.region), taskId };
  return { outcome: prove(reading, context, partyOf(desk.region, source.party).kind, source.processing), taskId };
}

/** `POST /fhir` takes a transaction, `$process-message` a message Bundle. */
function doorFault(door: Door, reading: Extract<Reading, { ok: true }>): Refusal | null {
  if (reading.kind !== 'fhir') return null;
  const wanted = door === 'process-message' ? 'message' : 'transaction';
  if (reading.bundle.type === wanted) return null;
  const text = `this door takes a Bundle of type ${wanted}`;
  return refuse('rule', { code: 'value', expression: 'Bundle.type', text, rule: 'bundle-type' });
}
