/** Synthetic patients and their results for the fault runs. */
import { passesElfproef } from '../../profiles/bsn.ts';
import sandbox from '../../gateway/regions/sandbox.json' with { type: 'json' };

/** `count` different test BSNs that pass the elfproef. */
export function testBsns(count: number): string[] {
  const found: string[] = [];
  for (let number = 999_000_000; found.length < count; number++) {
    if (passesElfproef(String(number))) found.push(String(number));
  }
  return found;
}

/** One potassium of one patient; `sequence` is its place in that patient's order. */
export function result(bsn: string, sequence: number): { readonly controlId: string; readonly text: string } {
  const controlId = `${bsn.slice(3)}-${sequence}`;
  const text = [
    `MSH|^~\\&|GLIMS|LAB|WK|WK|20261120101500+0100||ORU^R01^ORU_R01|${controlId}|P|2.5|||||NLD|UNICODE UTF-8`,
    `PID|1||P${bsn.slice(3)}^^^^PI~${bsn}^^^NLMINBIZA^NNNLD||Testpatient^Anna||19410307|F`,
    `OBR|1||F${controlId}|2823-3^Kalium^LN|||20261120093000+0100||||||||||||||||||F`,
    `OBX|1|NM|2823-3^Kalium^LN||${(3 + (sequence % 20) / 10).toFixed(1)}|mmol/l|3.5 - 5.0||||F|||20261120093000+0100`,
    '',
  ].join('\r');
  return { controlId, text };
}

/** The sandbox coalition, with the VVT's system somewhere else and a source that sends its patients only. */
export const regionFor = (port: number): object => ({
  ...sandbox,
  id: 'faults',
  sources: [{ id: 'lab', party: 'sandbox-hospital', doors: ['mllp', 'hl7v2'], auth: { kind: 'none' }, routing: 'all' }],
  destinations: [
    {
      id: 'ecd',
      party: 'sandbox-vvt',
      protocol: 'fhir',
      baseUrl: `http://127.0.0.1:${port}/fhir`,
      auth: { kind: 'none' },
      concurrency: 16,
      ratePerSecond: 5000,
      retry: { firstDelayMs: 100, maxDelayMs: 500, giveUpHours: 1 },
    },
  ],
  deliver: { vvt: 'ecd' },
});
