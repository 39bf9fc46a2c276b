/** A share of the same damage through the real listeners: every request and every frame is answered, none with a 500. */
import { connect } from 'node:net';
import { frameBytes, FrameReader } from '../../mappings/hl7v2/frame.ts';
import { inProcess, regionOf, type TestGateway } from '../setup/gateway.ts';
import { askMllp } from '../setup/mllp.ts';
import { between, pick, randomFrom, type Random } from '../faults/random.ts';
import sandbox from '../../gateway/regions/sandbox.json' with { type: 'json' };
import { INPUTS, patience, SEED } from './amount.ts';
import { readCorpus, type Kind, type Sample } from './corpus.ts';
import { mutated } from './mutate.ts';
import { ENGINE, newStore } from './store.ts';

const COUNT = Math.ceil(INPUTS / 20);

const PATHS: Readonly<Record<Kind, readonly (readonly [string, string])[]>> = {
  hl7v2: [['/hl7v2', 'application/hl7-v2']],
  transfer: [['/transfers', 'application/json']],
  'fhir-xml': [
    ['/fhir', 'application/fhir+xml'],
    ['/fhir/$validate', 'application/fhir+xml'],
  ],
  fhir: [
    ['/fhir', 'application/fhir+json'],
    ['/fhir/$process-message', 'application/fhir+json'],
    ['/fhir/$validate', 'application/fhir+json'],
  ],
};

const KINDS: readonly Kind[] = ['hl7v2', 'fhir', 'fhir-xml', 'transfer'];

/** Status and body of one POST; rejects when there is no answer. */
async function post(gateway: TestGateway, sample: Sample, bytes: Buffer, random: Random): Promise<string> {
  const [path, type] = pick(random, PATHS[random() < 0.9 ? sample.kind : pick(random, KINDS)]);
  const headers = { 'content-type': type, ...(random() < 0.8 ? { 'x-source': sample.source } : {}) };
  const response = await fetch(gateway.url + path, { method: 'POST', headers, body: new Uint8Array(bytes) });
  return `${response.status} ${await response.text()}`;
}

/** Writes the bytes in pieces and ends; how many answers came before the gateway closed its side. */
function frames(port: number, bytes: Buffer, random: Random): Promise<number> {
  return new Promise((resolve, reject) => {
    let answers = 0;
    const reader = new FrameReader({ maxBytes: 1 << 22 });
    const socket = connect(port, '127.0.0.1', () => {
      for (let from = 0; from < bytes.length;) {
        const to = from + 1 + between(random, 0, 2_000);
        socket.write(bytes.subarray(from, to));
        from = to;
      }
      socket.end();
    });
    socket.setTimeout(10_000, () => socket.destroy(new Error('the gateway neither answers nor closes')));
    socket.on('data', (chunk: Buffer) => {
      answers += reader.push(chunk).filter(({ kind }) => kind === 'frame').length;
    });
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve(answers) : reject(error),
    );
    socket.on('close', () => resolve(answers));
  });
}

const sound = (number: number): string =>
  [
    `MSH|^~\\&|LAB|ZKH|WK|WK|20261120101500||ORU^R01^ORU_R01|SOUND${number}|P|2.5|||||NLD|UNICODE UTF-8`,
    'PID|1||55^^^ZKH^PI~999900006^^^NLMINBIZA^NNNLD||Bos^T||19400102|F',
    'OBR|1|P1|F1|24323-8^Metabool panel^LN|||20261120093000',
    'OBX|1|NM|2823-3^Kalium^LN||4.1|mmol/l|3.5 - 5.0|N|||F',
  ].join('\r');

/** Every request and every stream gets its answer; what they were is counted. */
async function askAll(gateway: TestGateway): Promise<{ readonly statuses: object; readonly answered: number }> {
  const corpus = readCorpus();
  const random = randomFrom(SEED + 1);
  const statuses: Record<string, number> = {};
  let answered = 0;
  for (let number = 1; number <= COUNT; number++) {
    const sample = pick(random, corpus);
    const bytes = mutated(sample, pick(random, corpus), number, random);
    const answer = await post(gateway, sample, bytes, random);
    // 204: the sender asked for no acknowledgement.
    if (!/^(?:204 $|[24]\d\d .)/s.test(answer)) throw new Error(`${answer}\n${bytes.toString('latin1')}`);
    statuses[answer.slice(0, 3)] = (statuses[answer.slice(0, 3)] ?? 0) + 1;
    const framed = mutated(pick(random, corpus), sample, COUNT + number, random);
    // A fifth of them in no frame, or in one that is broken.
    answered += await frames(gateway.mllpPort, random() < 0.8 ? Buffer.from(frameBytes(framed)) : framed, random);
    if (number % 20 === 0) expect(await askMllp(gateway.mllpPort, sound(number))).toContain('MSA|AA|');
  }
  return { statuses, answered };
}

test(
  `${2 * COUNT} damaged messages over real sockets, a sound one after every twenty, on ${ENGINE} (seed ${SEED})`,
  async () => {
    const store = await newStore('sockets');
    // Nothing is delivered: what the sandbox's partners make of it is not asked here.
    const region = regionOf({ ...sandbox, destinations: [], deliver: {} });
    const gateway = await inProcess({ region, env: store.env });
    try {
      const { statuses, answered } = await askAll(gateway);
      const books: unknown = await (await fetch(`${gateway.url}/reconciliation`)).json();
      expect(books).toMatchObject({ balanced: true });
      process.stdout.write(
        `seed ${SEED} on ${ENGINE}: POST ${JSON.stringify(statuses)}, ${answered} acknowledgements of ${COUNT} streams\n`,
      );
      expect(answered).toBeGreaterThan(COUNT / 5);
    } finally {
      await gateway.stop();
      await store.drop();
    }
  },
  patience(INPUTS),
);
