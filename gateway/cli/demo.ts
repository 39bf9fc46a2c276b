/** `demo`: five patients, one for each proeftuin, against a running gateway on the sandbox; every step says what each
 *  partner received. */
import { randomUUID } from 'node:crypto';
import type { Api } from './api.ts';
import { corrected, heldResult, refused, sameAgain } from './demo/lab-steps.ts';
import { partnersAt } from './demo/partners.ts';
import { demoPerson } from './demo/person.ts';
import { StepFailed, type Run } from './demo/seen.ts';
import { asked, home, medicated } from './demo/stay-steps.ts';
import { STORIES } from './demo/stories.ts';
import { accepted, arrived, counted, finished, requested } from './demo/transfer-steps.ts';
import { EXIT, line, paint, say, type Exit } from './print.ts';

export async function demoCommand(api: Api): Promise<Exit> {
  const partners = partnersAt(api);
  try {
    await partners.count('ecd');
  } catch {
    say(`no gateway with a sandbox answers at ${api.url}: start one with npm start`);
    return EXIT.unreachable;
  }
  try {
    for (const story of STORIES) {
      line(`\n${paint('bold', `— ${story.region} —`)}`);
      await journey({ partners, story, person: demoPerson(Math.random, story), id: randomUUID().slice(0, 8) });
    }
    line(`\n${paint('green', 'all steps seen')}`);
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    line(`  ${paint('red', 'not seen')}     ${error.message}`);
    return EXIT.refused;
  }
}

async function journey(run: Run): Promise<void> {
  await heldResult(run);
  const task = await requested(run);
  await accepted(run, task);
  await arrived(run, task);
  await medicated(run);
  await corrected(run);
  await sameAgain(run);
  await refused(run);
  await asked(run);
  await home(run);
  await finished(run, task);
  await counted(run);
}
