/** `demo`: one patient's journey against a running gateway on the sandbox; every step says what each partner received. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { WK_CODES } from '../../profiles/canonical.ts';
import type { Api } from './api.ts';
import { labResult, transferRequest, type LabFacts } from './demo/messages.ts';
import { partnersAt, type PartnersSeen, type ReceivedRequest, type Reply } from './demo/partners.ts';
import { demoPerson, type DemoPerson } from './demo/person.ts';
import { EXIT, line, paint, say, type Exit } from './print.ts';

class StepFailed extends Error {}

function must(holds: boolean, words: string): asserts holds {
  if (!holds) throw new StepFailed(words);
}

const step = (name: string): void => {
  line(`\n${paint('bold', name)}`);
};
const tell = (who: string, what: string): void => {
  line(`  ${who.padEnd(12)} ${what}`);
};
const types = (request: ReceivedRequest): string =>
  [...new Set(request.types)]
    .map((type) => `${request.types.filter((other) => other === type).length} ${type}`)
    .join(', ');

const transferAnswer = z.looseObject({
  task: z.string(),
  warnings: z.array(z.looseObject({ code: z.string() })).optional(),
});

export async function demoCommand(api: Api): Promise<Exit> {
  const partners = partnersAt(api);
  try {
    await partners.count('ecd');
  } catch {
    say(`no gateway with a sandbox answers at ${api.url}: start one with npm start`);
    return EXIT.unreachable;
  }
  try {
    await journey(partners, demoPerson(Math.random));
    line(`\n${paint('green', 'all steps seen')}`);
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    line(`  ${paint('red', 'not seen')}     ${error.message}`);
    return EXIT.refused;
  }
}

interface Story {
  readonly partners: PartnersSeen;
  readonly person: DemoPerson;
  readonly run: string;
}

async function journey(partners: PartnersSeen, person: DemoPerson): Promise<void> {
  const story: Story = { partners, person, run: randomUUID().slice(0, 8) };
  await heldResult(story);
  const task = await requested(story);
  await accepted(story, task);
  await corrected(story);
  await sameAgain(story);
  await refused(story);
  await discharged(story, task);
  await counted(story);
}

const lab = (story: Story, facts: Partial<LabFacts>): string =>
  labResult(story.person, {
    controlId: `LAB-${story.run}-1`,
    filler: `F${story.run}A`,
    potassium: '3.1',
    flag: 'L',
    status: 'F',
    at: new Date(),
    ...facts,
  });

const sendLab = (story: Story, text: string): Promise<Reply> =>
  story.partners.send('/hl7v2', 'application/hl7-v2', text);

const acknowledged = (reply: Reply): boolean => reply.status === 200 && /[\r\n]MSA\|AA\|/.test(reply.text);

async function statusOf(story: Story, reply: Reply): Promise<string> {
  must(reply.location !== null, 'no Location in the answer');
  return z.looseObject({ status: z.string() }).parse(await story.partners.get(reply.location)).status;
}

async function heldResult(story: Story): Promise<void> {
  step('1. The laboratory of the hospital sends a potassium drawn at the SEH (HL7 v2 ORU^R01)');
  const reply = await sendLab(story, lab(story, {}));
  must(acknowledged(reply), `not acknowledged: ${reply.status}`);
  tell('laboratory', 'got AA: the result is stored');
  const status = await statusOf(story, reply);
  must(status === 'held', `the result is ${status}, not held`);
  tell('gateway', 'holds it: this patient is nobody’s yet');
}

async function requested(story: Story): Promise<string> {
  step('2. The SEH asks the wijkkliniek to take the patient (plain JSON)');
  const before = await story.partners.count('ecd');
  const request = transferRequest(story.person, `SEH-${story.run}`, new Date());
  const reply = await story.partners.send('/transfers', 'application/json', JSON.stringify(request));
  must(reply.status === 200, `refused: ${reply.status} ${reply.text}`);
  const answer = transferAnswer.parse(JSON.parse(reply.text));
  tell(
    'SEH',
    `got 200, ${answer.task}, warnings: ${(answer.warnings ?? []).map(({ code }) => code).join(', ') || 'none'}`,
  );
  const [notice] = await story.partners.received('ecd', before, 1);
  must(notice !== undefined, 'the ECD received no advance notice');
  must(notice.types.includes('Composition'), 'the advance notice has no Composition');
  tell('ECD', `received the advance notice: ${types(notice)}; no name, no BSN`);
  return answer.task.replace('Task/', '');
}

async function accepted(story: Story, task: string): Promise<void> {
  step('3. The wijkkliniek accepts (PUT Task)');
  const before = await story.partners.count('ecd');
  const hospitalBefore = await story.partners.count('hospital');
  const reply = await story.partners.putTask(task, { status: 'accepted' });
  must(reply.status === 200, `the Task was not accepted: ${reply.status} ${reply.text}`);
  const [handoff, result] = await story.partners.received('ecd', before, 2);
  must(handoff?.types.includes('ServiceRequest') === true, 'the ECD received no handoff');
  tell('ECD', `received the full handoff: ${types(handoff)}`);
  must(
    result?.types.includes('DiagnosticReport') === true,
    'the ECD did not receive the held result after the handoff',
  );
  tell('ECD', `received the held result: ${types(result)}`);
  const [update] = await story.partners.received('hospital', hospitalBefore, 1);
  must(update?.types.includes('Task') === true, 'the hospital did not hear of the acceptance');
  tell('hospital', `received the Task as it stands: ${types(update)}`);
}

async function corrected(story: Story): Promise<void> {
  step('4. A later potassium, and then its correction');
  const before = await story.partners.count('ecd');
  const later = { filler: `F${story.run}B`, potassium: '3.4' };
  must(
    acknowledged(await sendLab(story, lab(story, { ...later, controlId: `LAB-${story.run}-2` }))),
    'not acknowledged',
  );
  const correction = lab(story, {
    ...later,
    controlId: `LAB-${story.run}-3`,
    potassium: '3.9',
    flag: 'N',
    status: 'C',
  });
  must(acknowledged(await sendLab(story, correction)), 'the correction was not acknowledged');
  const requests = await story.partners.received('ecd', before, 2);
  must(requests.length === 2, `the ECD received ${requests.length} of 2 messages`);
  tell('ECD', 'received both, in order');
  const results = await observationsOf(story);
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
async function observationsOf(story: Story): Promise<{ value: number | undefined; status: string; version: string }[]> {
  const bsn = encodeURIComponent(`http://fhir.nl/fhir/NamingSystem/bsn|${story.person.bsn}`);
  const found = searchset.parse(await story.partners.get(`/sandbox/ecd/fhir/Patient?identifier=${bsn}`));
  const patient = z.looseObject({ id: z.string() }).safeParse(found.entry?.[0]?.resource);
  must(patient.success, 'the ECD does not know the patient');
  const path = `/sandbox/ecd/fhir/Observation?subject=Patient/${patient.data.id}&_count=200`;
  return (searchset.parse(await story.partners.get(path)).entry ?? []).map(({ resource }) => {
    const { status, meta, valueQuantity } = observation.parse(resource);
    return { value: valueQuantity?.value, status, version: meta.versionId };
  });
}

async function sameAgain(story: Story): Promise<void> {
  step('5. The laboratory sends the same message twice');
  const before = await story.partners.count('ecd');
  const text = lab(story, { filler: `F${story.run}C`, controlId: `LAB-${story.run}-4`, potassium: '4.0', flag: 'N' });
  const first = await sendLab(story, text);
  const again = await sendLab(story, text);
  must(first.text === again.text && first.location === again.location, 'the second answer differs from the first');
  tell('laboratory', 'got the same answer twice');
  await story.partners.received('ecd', before, 1);
  await new Promise((resolve) => setTimeout(resolve, 500));
  must((await story.partners.count('ecd')) === before + 1, 'the message had a second effect');
  tell('ECD', 'received it once');
}

async function refused(story: Story): Promise<void> {
  step('6. A result with a BSN that fails the elfproef');
  const reply = await sendLab(story, lab(story, { controlId: `LAB-${story.run}-5`, bsn: '999999999' }));
  must(/[\r\n]MSA\|AE\|/.test(reply.text), 'the message was not refused');
  const place = /[\r\n]ERR\|[^|]*\|([^|]*)\|/.exec(reply.text)?.[1] ?? '?';
  tell('laboratory', `got AE, located at ${place}; the message is kept as refused`);
}

async function discharged(story: Story, task: string): Promise<void> {
  step('7. The patient arrives, is treated, and goes home (PUT Task)');
  const before = await story.partners.count('hospital');
  must((await story.partners.putTask(task, { status: 'in-progress' })).status === 200, 'the arrival was not taken');
  const businessStatus = { coding: [{ system: WK_CODES, code: 'discharged' }] };
  const reply = await story.partners.putTask(task, { status: 'completed', businessStatus });
  must(reply.status === 200, `the discharge was not taken: ${reply.status}`);
  const updates = await story.partners.received('hospital', before, 2);
  must(updates.length === 2, `the hospital received ${updates.length} of 2 updates`);
  tell('hospital', 'received both steps of the Task');
}

async function counted(story: Story): Promise<void> {
  step('8. Is everything accounted for?');
  const counts = z
    .looseObject({ received: z.number(), balanced: z.boolean() })
    .parse(await story.partners.get('/reconciliation'));
  must(counts.balanced, 'the reconciliation is not balanced');
  tell('gateway', `${counts.received} messages received, every one accounted for`);
}
