/**
 * MDM^T02 (HL7 v2.5 §9.6.2) as an answer in a co-treatment: a Communication in response to the question, and the Composition
 * (wk-ConsultComposition) that holds the words (v2-to-FHIR: MDM_T02).
 */
import type { Issue } from '../../profiles/issue.ts';
import { BundleDraft, referTo } from '../bundle.ts';
import { controlIdOf } from '../hl7v2/control-id.ts';
import { readingFor } from '../hl7v2/leaf.ts';
import type { Message } from '../hl7v2/message.ts';
import { keyText, type AboutPatient } from '../hl7v2/segments/about-patient.ts';
import { patientEntry } from '../hl7v2/segments/pid.ts';
import { encounterEntry } from '../hl7v2/segments/pv1.ts';
import { unusedOf } from '../hl7v2/segments/remainder.ts';
import type { Mapping, MappingResult, Warning } from '../mapping.ts';
import { answerEntries } from './answer.ts';
import { resultsOf } from './sections.ts';

const MAPPING = { id: 'document-mdm', version: '1.1.0' } as const;

const error = (code: Issue['code'], expression: string, rule: string, text: string): Issue => ({
  severity: 'error',
  code,
  expression,
  text,
  rule,
});

/** Refused: no TXA or a second one, no or two patients, a BSN that fails the elfproef, a document without content. */
export const documentMdm: Mapping<Message> = {
  ...MAPPING,
  map(message, context): MappingResult {
    const [txa, second] = message.all('TXA');
    const results = resultsOf(message);
    const issues: Issue[] = [];
    if (txa === undefined) issues.push(error('required', 'TXA', 'required-segment', 'A document needs TXA.'));
    if (second !== undefined) {
      issues.push(
        error('not-supported', 'TXA[2]', 'one-document', 'A second document: send one message per document.'),
      );
    }
    if (!results.some(({ obx }) => obx.rep(5).filled)) {
      issues.push(error('required', 'OBX', 'wk-answer-1', 'The document says nothing: no OBX holds a text or a file.'));
    }
    if (txa === undefined || issues.length > 0) return { ok: false, issues };

    const controlId = controlIdOf(message);
    const bundle = new BundleDraft(context.source, controlId);
    const patient = patientEntry(bundle, message, context);
    if (patient.issues.length > 0 || patient.id === null) return { ok: false, issues: patient.issues };
    const stay = encounterEntry(bundle, message, context, patient.reference);
    const reading = readingFor(context.source);
    const about: AboutPatient = {
      bundle,
      reading,
      controlId,
      patient: referTo(patient.reference, 'Patient'),
      encounter: stay.reference === null ? undefined : referTo(stay.reference, 'Encounter'),
      patientKey: keyText(patient.id),
    };
    const warnings: Warning[] = [...patient.warnings, ...stay.warnings];
    answerEntries(about, message, txa);
    return {
      ok: true,
      mapping: MAPPING,
      entries: bundle.entries(),
      warnings: [...warnings, ...reading.warnings],
      unused: () => unusedOf(message),
    };
  },
};
