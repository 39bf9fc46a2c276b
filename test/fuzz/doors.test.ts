/** Any bytes at the one door are accepted, or refused with words and a place; nothing throws, and the books balance. */
import { inspect } from 'node:util';
import { createExplain } from '../../gateway/flows/explain.ts';
import type { Arrival, Received } from '../../gateway/intake/receive.ts';
import { answerV2 } from '../../gateway/mllp/answer.ts';
import { between, pick, randomFrom, type Random } from '../faults/random.ts';
import { INPUTS, patience, SEED } from './amount.ts';
import { readCorpus, type Kind, type Sample } from './corpus.ts';
import { clock, openDoor, region, type Door } from './desk.ts';
import { mutated } from './mutate.ts';
import { ENGINE } from './store.ts';

/** As many at once share commits as at a busy gateway. */
const AT_ONCE = 32;
/** A ledger holds so many before the next is opened: it stays of a size that a temporary folder holds. */
const PER_LEDGER = 20_000;

const DOORS: Readonly<Record<Kind, readonly [Arrival['door'], string]>> = {
  hl7v2: ['mllp', 'application/hl7-v2'],
  fhir: ['fhir', 'application/fhir+json'],
  'fhir-xml': ['fhir', 'application/fhir+xml'],
  transfer: ['transfers', 'application/json'],
};
const KINDS: readonly Kind[] = ['hl7v2', 'fhir', 'fhir-xml', 'transfer'];
const SOURCES = ['sandbox-hospital', 'sandbox-ecd'];

function arrivalOf(sample: Sample, bytes: Uint8Array, random: Random): Arrival {
  const [usual, mediaType] = DOORS[random() < 0.95 ? sample.kind : pick(random, KINDS)];
  const source = random() < 0.1 ? pick(random, SOURCES) : sample.source;
  return {
    door: usual === 'fhir' && latin1(bytes).includes('"message"') ? 'process-message' : usual,
    bytes,
    mediaType,
    credentials: { bearer: null, xSource: random() < 0.9 ? source : null, loopback: true },
    traceparent: null,
  };
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const BEGINS_WITH_MSH = /^(?:\u00ef\u00bb\u00bf)?[\r\n]*MSH/;
const holdsReplacement = (bytes: Uint8Array): boolean => Buffer.from(bytes).includes('\ufffd');
/** As itself, or by an escape of JSON or HL7 v2. */
const saysReplacement = (bytes: Uint8Array): boolean => holdsReplacement(bytes) || /FFFD|EFBFBD/i.test(latin1(bytes));

/** What is wrong with an answer; null when it is one. */
async function faultOf({ ledger, failures }: Door, arrival: Arrival, received: Received): Promise<string | null> {
  if (received.ok) {
    const mapped = await ledger.mapped(received.message.id);
    if (mapped === null) return 'accepted without an output';
    if (holdsReplacement(mapped.bytes) && !saysReplacement(arrival.bytes)) return 'a character nobody sent';
  } else {
    const { issues, kind } = received.refusal;
    if (kind === 'unavailable') return `the ledger was not available: ${inspect(failures.at(-1))}`;
    if (issues.length === 0 || issues.some(({ text }) => text === '')) return 'refused without words';
    if (kind === 'rule' && issues.some(({ expression }) => expression === '')) return 'refused without a place';
    if (issues.some(({ text }) => text.includes('\ufffd'))) return 'words with a character nobody sent';
  }
  if (arrival.door !== 'mllp') return null;
  const answer = answerV2(arrival.bytes, received, clock.now());
  // Without a header nobody can be answered: that connection is closed.
  if (answer.kind === 'close') return BEGINS_WITH_MSH.test(latin1(arrival.bytes)) ? 'no acknowledgement' : null;
  if (answer.kind === 'silent') return null;
  return latin1(answer.bytes).includes('\rMSA') ? null : 'an acknowledgement without MSA';
}

/** Hands all of them in together; throws for what was not answered well. Returns what they were told. */
async function tell(door: Door, arrivals: readonly Arrival[]): Promise<readonly Received[]> {
  const fail = (what: string, { bytes }: Arrival, cause?: unknown): never => {
    throw new Error(`${what}\n${latin1(bytes)}`, { cause });
  };
  return Promise.all(
    arrivals.map(async (arrival) => {
      const received = await door.receive(arrival).catch((error: unknown) => fail('thrown', arrival, error));
      const fault = await faultOf(door, arrival, received);
      return fault === null ? received : fail(fault, arrival);
    }),
  );
}

test(
  `${INPUTS} damaged messages are all answered, on ${ENGINE} (seed ${SEED})`,
  async () => {
    const corpus = readCorpus();
    const random = randomFrom(SEED);
    const counts: Record<string, number> = {};
    let number = 0;
    /** Hands in messages up to that number; how many the ledger keeps of them. */
    const fill = async (door: Door, until: number): Promise<number> => {
      const explain = createExplain(region, door.ledger);
      let kept = 0;
      while (number < until) {
        const arrivals = Array.from({ length: Math.min(AT_ONCE, until - number) }, () => {
          const sample = pick(random, corpus);
          return arrivalOf(sample, mutated(sample, pick(random, corpus), ++number, random), random);
        });
        for (const received of await tell(door, arrivals)) {
          const told = received.ok ? (received.duplicate ? 'duplicate' : 'accepted') : received.refusal.kind;
          counts[told] = (counts[told] ?? 0) + 1;
          if (received.message !== null && told !== 'duplicate') kept += 1;
          if (received.ok && between(random, 0, 20) === 0)
            expect(await explain(received.message.id)).toHaveProperty('values');
        }
      }
      return kept;
    };
    while (number < INPUTS) {
      const door = await openDoor();
      try {
        const kept = await fill(door, Math.min(INPUTS, number + PER_LEDGER));
        expect(door.failures).toEqual([]);
        expect(await door.ledger.reconciliation()).toMatchObject({ balanced: true, received: kept });
      } finally {
        await door.close();
      }
    }
    process.stdout.write(`seed ${SEED} on ${ENGINE}: ${number} inputs, ${JSON.stringify(counts)}\n`);
    // Damage so great that nothing gets in would test the first line of every reader alone.
    expect(counts['accepted']).toBeGreaterThan(INPUTS / 20);
  },
  patience(INPUTS),
);
