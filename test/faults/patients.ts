/** Synthetic patients and what their hospital says of them in the fault runs. */
import { passesElfproef } from '../../profiles/bsn.ts';
import sandbox from '../../gateway/regions/sandbox.json' with { type: 'json' };

export interface Message {
  readonly controlId: string;
  readonly text: string;
}

/** `count` different test BSNs that pass the elfproef. */
export function testBsns(count: number): string[] {
  const found: string[] = [];
  for (let number = 999_000_000; found.length < count; number++) {
    if (passesElfproef(String(number))) found.push(String(number));
  }
  return found;
}

/** Whose message it is, and its place in that patient's order. */
export const controlIdOf = (bsn: string, sequence: number): string => `${bsn.slice(3)}-${sequence}`;

/** The reverse of `controlIdOf`, but for the three digits all test BSNs begin with. */
export function readControlId(controlId: string): { readonly patient: string; readonly sequence: number } {
  const [patient = '', sequence = ''] = controlId.split('-');
  return { patient, sequence: Number(sequence) };
}

const identifiers = (bsn: string): string => `P${bsn.slice(3)}^^^ZH^PI~${bsn}^^^NLMINBIZA^NNNLD`;

/** One potassium of one patient. */
export function result(bsn: string, sequence: number): Message {
  const controlId = controlIdOf(bsn, sequence);
  const text = [
    `MSH|^~\\&|GLIMS|LAB|WK|WK|20261120101500+0100||ORU^R01^ORU_R01|${controlId}|P|2.5|||||NLD|UNICODE UTF-8`,
    `PID|1||${identifiers(bsn)}||Testpatient^Anna||19410307|F`,
    `OBR|1||F${controlId}|2823-3^Kalium^LN|||20261120093000+0100||||||||||||||||||F`,
    `OBX|1|NM|2823-3^Kalium^LN||${(3 + (sequence % 20) / 10).toFixed(1)}|mmol/l|3.5 - 5.0||||F|||20261120093000+0100`,
    '',
  ].join('\r');
  return { controlId, text };
}

/** A change of that patient's address. */
export function change(bsn: string, sequence: number): Message {
  const controlId = controlIdOf(bsn, sequence);
  const address = `Teststraat ${sequence + 1}&Teststraat&${sequence + 1}^^Amsterdam^^1000AA^NL^H`;
  const text = [
    `MSH|^~\\&|HiX|ZH|WK|WK|20261120101500+0100||ADT^A08^ADT_A01|${controlId}|P|2.5|||||NLD|UNICODE UTF-8`,
    'EVN|A08|20261120101500+0100',
    `PID|1||${identifiers(bsn)}||Testpatient^Anna||19410307|F|||${address}`,
    `PV1|1|I|GER^4^2^ZH||||||||||||||||V${bsn.slice(3)}^^^ZH^VN|||||||||||||||||||||||||20261118131000+0100`,
    '',
  ].join('\r');
  return { controlId, text };
}

/** The FHIR receiver of the fault runs at this port of this machine. */
export const receiverAt = (port: number, over: object = {}): object => ({
  id: 'ecd',
  party: 'sandbox-vvt',
  protocol: 'fhir',
  baseUrl: `http://127.0.0.1:${port}/fhir`,
  auth: { kind: 'none' },
  concurrency: 16,
  ratePerSecond: 5000,
  retry: { firstDelayMs: 100, maxDelayMs: 500, giveUpHours: 1 },
  ...over,
});

/** The sandbox coalition, with the VVT's system somewhere else and a source that sends its patients only. */
export const regionFor = (port: number, over: object = {}): object => ({
  ...sandbox,
  id: 'faults',
  sources: [{ id: 'lab', party: 'sandbox-hospital', doors: ['mllp', 'hl7v2'], auth: { kind: 'none' }, routing: 'all' }],
  destinations: [receiverAt(port, over)],
  deliver: { vvt: 'ecd' },
});
