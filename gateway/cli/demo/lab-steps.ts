/** The laboratory's part of the journey. */
import { z } from 'zod';
import { labResult, type LabFacts } from './messages.ts';
import type { Reply } from './partners.ts';
import { must, step, tell, type Run } from './seen.ts';

const lab = (run: Run, facts: Partial<LabFacts>): string =>
  labResult(run.person, {
    controlId: `LAB-${run.id}-1`,
    filler: `F${run.id}A`,
    potassium: '3.1',
    flag: 'L',
    status: 'F',
    at: new Date(),
    ...facts,
  });

const sendLab = (run: Run, text: string): Promise<Reply> => run.partners.send('/hl7v2', 'application/hl7-v2', text);

export const acknowledged = (reply: Reply): boolean => reply.status === 200 && /[\r\n]MSA\|AA\|/.test(reply.text);

async function statusOf(run: Run, reply: Reply): Promise<string> {
  must(reply.location !== null, 'no Location in the answer');
  return z.looseObject({ status: z.string() }).parse(await run.partners.get(reply.location)).status;
}

export async function heldResult(run: Run): Promise<void> {
  step('The laboratory of the hospital sends a potassium drawn at the SEH (HL7 v2 ORU^R01)');
  const reply = await sendLab(run, lab(run, {}));
  must(acknowledged(reply), `not acknowledged: ${reply.status}`);
  tell('laboratory', 'got AA: the result is stored');
  const status = await statusOf(run, reply);
  must(status === 'held', `the result is ${status}, not held`);
  tell('gateway', 'holds it: this patient is nobody’s yet');
}

export async function corrected(run: Run): Promise<void> {
  step('A later potassium, and then its correction');
  const before = await run.partners.count('ecd');
  const later = { filler: `F${run.id}B`, potassium: '3.4' };
  must(acknowledged(await sendLab(run, lab(run, { ...later, controlId: `LAB-${run.id}-2` }))), 'not acknowledged');
  const correction = lab(run, {
    ...later,
    controlId: `LAB-${run.id}-3`,
    potassium: '3.9',
    flag: 'N',
    status: 'C',
  });
  must(acknowledged(await sendLab(run, correction)), 'the correction was not acknowledged');
  const requests = await run.partners.received('ecd', before, 2);
  must(requests.length === 2, `the ECD received ${requests.length} of 2 messages`);
  tell('ECD', 'received both, in order');
  const results = await observationsOf(run);
  const potassium = results.filter(({ value }) => value === 3.4 || value === 3.9);
  must(
    potassium.length === 1 && potassium[0]?.status === 'corrected',
    'the correction is not a new state of the same result',
  );
  tell('ECD', `holds one result, corrected, version ${potassium[0].version}`);
}

const observation = z.looseObject({
  status: z.string(),
  meta: z.looseObject({ versionId: z.string() }),
  valueQuantity: z.looseObject({ value: z.number() }).optional(),
});
const searchset = z.looseObject({ entry: z.array(z.looseObject({ resource: z.unknown() })).optional() });

/** What the ECD holds of this patient's potassium and creatinine. */
async function observationsOf(run: Run): Promise<{ value: number | undefined; status: string; version: string }[]> {
  const bsn = encodeURIComponent(`http://fhir.nl/fhir/NamingSystem/bsn|${run.person.bsn}`);
  const found = searchset.parse(await run.partners.get(`/sandbox/ecd/fhir/Patient?identifier=${bsn}`));
  const patient = z.looseObject({ id: z.string() }).safeParse(found.entry?.[0]?.resource);
  must(patient.success, 'the ECD does not know the patient');
  const path = `/sandbox/ecd/fhir/Observation?subject=Patient/${patient.data.id}&_count=200`;
  return (searchset.parse(await run.partners.get(path)).entry ?? []).map(({ resource }) => {
    const { status, meta, valueQuantity } = observation.parse(resource);
    return { value: valueQuantity?.value, status, version: meta.versionId };
  });
}

export async function sameAgain(run: Run): Promise<void> {
  step('The laboratory sends the same message twice');
  const before = await run.partners.count('ecd');
  const text = lab(run, { filler: `F${run.id}C`, controlId: `LAB-${run.id}-4`, potassium: '4.0', flag: 'N' });
  const first = await sendLab(run, text);
  const again = await sendLab(run, text);
  must(first.text === again.text && first.location === again.location, 'the second answer differs from the first');
  tell('laboratory', 'got the same answer twice');
  await run.partners.received('ecd', before, 1);
  await new Promise((resolve) => setTimeout(resolve, 500));
  must((await run.partners.count('ecd')) === before + 1, 'the message had a second effect');
  tell('ECD', 'received it once');
}

export async function refused(run: Run): Promise<void> {
  step('A result with a BSN that fails the elfproef');
  const reply = await sendLab(run, lab(run, { controlId: `LAB-${run.id}-5`, bsn: '999999999' }));
  must(/[\r\n]MSA\|AE\|/.test(reply.text), 'the message was not refused');
  const place = /[\r\n]ERR\|[^|]*\|([^|]*)\|/.exec(reply.text)?.[1] ?? '?';
  tell('laboratory', `got AE, located at ${place}; the message is kept as refused`);
}
