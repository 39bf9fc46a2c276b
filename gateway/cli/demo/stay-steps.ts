/** The stay: medication, a question and its answer, and home. */
import { coTreatmentAnswer, coTreatmentQuestion, discharge } from './conversation.ts';
import { acknowledged } from './lab-steps.ts';
import { medicationOrder } from './messages.ts';
import { must, step, tell, types, type Run } from './seen.ts';

export async function medicated(run: Run): Promise<void> {
  step('The hospital sends the medication (HL7 v2 RDE^O11)');
  const before = await run.partners.count('ecd');
  const order = medicationOrder(run.person, run.story, `MED-${run.id}`, new Date());
  must(acknowledged(await run.partners.send('/hl7v2', 'application/hl7-v2', order)), 'the order was not acknowledged');
  const [received] = await run.partners.received('ecd', before, 1);
  must(received?.types.includes('MedicationRequest') === true, 'the ECD received no medicatieafspraak');
  tell('ECD', `received ${types(received)}: ${run.story.medication.said}`);
}

export async function asked(run: Run): Promise<void> {
  step('The wijkkliniek asks the specialist who co-treats, and is answered (FHIR)');
  const hospitalBefore = await run.partners.count('hospital');
  const question = JSON.stringify(coTreatmentQuestion(run.person, run.story, run.id, new Date()));
  const sent = await run.partners.send('/fhir', 'application/fhir+json', question, 'sandbox-ecd');
  must(sent.status === 200, `the question was refused: ${sent.status} ${sent.text}`);
  const [asking] = await run.partners.received('hospital', hospitalBefore, 1);
  must(asking?.types.includes('ServiceRequest') === true, 'the hospital received no question');
  tell('hospital', `received the question: ${run.story.question}`);
  const before = await run.partners.count('ecd');
  const answer = JSON.stringify(coTreatmentAnswer(run.person, run.story, run.id, new Date()));
  const answered = await run.partners.send('/fhir', 'application/fhir+json', answer, 'sandbox-hospital');
  must(answered.status === 200, `the answer was refused: ${answered.status} ${answered.text}`);
  const [received] = await run.partners.received('ecd', before, 1);
  must(received?.types.includes('Communication') === true, 'the ECD received no answer');
  tell('ECD', `received the answer: ${run.story.answer}`);
}

export async function home(run: Run): Promise<void> {
  step('She goes home: the wijkkliniek discharges (FHIR)');
  const partners = ['gp', 'pharmacy', 'home-care', 'hospital'] as const;
  const before = await Promise.all(partners.map((partner) => run.partners.count(partner)));
  const bundle = JSON.stringify(discharge(run.person, run.story, run.id, new Date()));
  const sent = await run.partners.send('/fhir', 'application/fhir+json', bundle, 'sandbox-ecd');
  must(sent.status === 200, `the discharge was refused: ${sent.status} ${sent.text}`);
  for (const [index, partner] of partners.entries()) {
    const [received] = await run.partners.received(partner, before[index] ?? 0, 1);
    must(received?.types.includes('Composition') === true, `${partner} received no discharge`);
    tell(partner, `received ${types(received)}`);
  }
}
