/** The transfer's part of the journey: asked, told without a name, accepted, handed over, ended. */
import { z } from 'zod';
import { WK_CODES } from '../../../profiles/canonical.ts';
import { transferRequest } from './messages.ts';
import { must, step, tell, types, type Run } from './seen.ts';

const transferAnswer = z.looseObject({
  task: z.string(),
  warnings: z.array(z.looseObject({ code: z.string() })).optional(),
});

export async function requested(run: Run): Promise<string> {
  step('The SEH asks the wijkkliniek to take the patient (plain JSON)');
  const before = await run.partners.count('ecd');
  const request = transferRequest(run.person, `SEH-${run.id}`, new Date(), run.story);
  const reply = await run.partners.send('/transfers', 'application/json', JSON.stringify(request));
  must(reply.status === 200, `refused: ${reply.status} ${reply.text}`);
  const answer = transferAnswer.parse(JSON.parse(reply.text));
  tell(
    'SEH',
    `got 200, ${answer.task}, warnings: ${(answer.warnings ?? []).map(({ code }) => code).join(', ') || 'none'}`,
  );
  const [notice] = await run.partners.received('ecd', before, 1);
  must(notice !== undefined, 'the ECD received no advance notice');
  must(notice.types.includes('Composition'), 'the advance notice has no Composition');
  tell('ECD', `received the advance notice: ${types(notice)}; no name, no BSN`);
  return answer.task.replace('Task/', '');
}

export async function accepted(run: Run, task: string): Promise<void> {
  step('The wijkkliniek accepts (PUT Task)');
  const before = await run.partners.count('ecd');
  const hospitalBefore = await run.partners.count('hospital');
  const reply = await run.partners.putTask(task, { status: 'accepted' });
  must(reply.status === 200, `the Task was not accepted: ${reply.status} ${reply.text}`);
  const [handoff, result] = await run.partners.received('ecd', before, 2);
  must(handoff?.types.includes('ServiceRequest') === true, 'the ECD received no handoff');
  tell('ECD', `received the full handoff: ${types(handoff)}`);
  must(
    result?.types.includes('DiagnosticReport') === true,
    'the ECD did not receive the held result after the handoff',
  );
  tell('ECD', `received the held result: ${types(result)}`);
  const [update] = await run.partners.received('hospital', hospitalBefore, 1);
  must(update?.types.includes('Task') === true, 'the hospital did not hear of the acceptance');
  tell('hospital', `received the Task as it stands: ${types(update)}`);
}

export async function arrived(run: Run, task: string): Promise<void> {
  step('The patient arrives (PUT Task)');
  await moved(run, task, { status: 'in-progress' });
  tell('hospital', 'received the Task: in-progress');
}

export async function finished(run: Run, task: string): Promise<void> {
  step('The wijkkliniek closes the Task: discharged (PUT Task)');
  const businessStatus = { coding: [{ system: WK_CODES, code: 'discharged' }] };
  await moved(run, task, { status: 'completed', businessStatus });
  tell('hospital', 'received the Task: completed, discharged');
}

async function moved(run: Run, task: string, change: object): Promise<void> {
  const before = await run.partners.count('hospital');
  const reply = await run.partners.putTask(task, change);
  must(reply.status === 200, `the step was not taken: ${reply.status} ${reply.text}`);
  const updates = await run.partners.received('hospital', before, 1);
  must(updates[0]?.types.includes('Task') === true, 'the hospital did not hear of it');
}

export async function counted(run: Run): Promise<void> {
  step('Is everything accounted for?');
  const counts = z
    .looseObject({ received: z.number(), balanced: z.boolean() })
    .parse(await run.partners.get('/reconciliation'));
  must(counts.balanced, 'the reconciliation is not balanced');
  tell('gateway', `${counts.received} messages received, every one accounted for`);
}
