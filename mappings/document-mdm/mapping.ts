/**
 * MDM^T02 (HL7 v2.5 §9.6.2) as an answer in a co-treatment: a Communication in response to the question, and the Composition
 * (wk-ConsultComposition) that holds the words (v2-to-FHIR: MDM_T02).
 */
import type { CodeableConcept, Communication, Composition, CompositionAttester, Reference } from 'fhir/r4.js';
import { SYSTEM, wkProfile } from '../../profiles/canonical.ts';
import type { Issue } from '../../profiles/issue.ts';
import { BundleDraft, identifierOf, referTo } from '../bundle.ts';
import { constant, Leaf, type Draft } from '../draft.ts';
import { derivedId, type BusinessId } from '../identity.ts';
import { controlIdOf } from '../hl7v2/control-id.ts';
import { codesOf } from '../hl7v2/datatypes/cwe.ts';
import { entityNumber, type EntityNumber } from '../hl7v2/datatypes/ei.ts';
import { dateTimeOf } from '../hl7v2/datatypes/ts.ts';
import { readingFor, textOf } from '../hl7v2/leaf.ts';
import type { Message, Repetition, Segment } from '../hl7v2/message.ts';
import { keyText, type AboutPatient } from '../hl7v2/segments/about-patient.ts';
import { patientEntry } from '../hl7v2/segments/pid.ts';
import { practitionerRoleEntry } from '../hl7v2/segments/practitioner.ts';
import { encounterEntry } from '../hl7v2/segments/pv1.ts';
import { carryWhole, unusedOf } from '../hl7v2/segments/remainder.ts';
import { sendingLaboratory } from '../lab-oru/performer.ts';
import type { Mapping, MappingResult, Warning } from '../mapping.ts';
import { questionOf, type Question } from './question.ts';
import { resultsOf, sectionsOf, type InDocument, type Sections } from './sections.ts';
import { statusOf } from './status.ts';

const MAPPING = { id: 'document-mdm', version: '1.0.0' } as const;
const RULE = 'mdm.document';

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

interface Answer {
  readonly about: AboutPatient;
  readonly message: Message;
  readonly txa: Segment;
  readonly question: Question;
  readonly number: EntityNumber | undefined;
  readonly id: BusinessId;
  readonly document: InDocument;
}

/** The key is the document's own number (TXA-12), else the question it answers with its type, else this message. */
function answerEntries(about: AboutPatient, message: Message, txa: Segment): void {
  const { bundle, reading, controlId } = about;
  const question = questionOf(message, txa, reading);
  const number = entityNumber(txa.rep(12), 'document', RULE, reading);
  const type = txa.at(2).text.trim();
  const id =
    number?.id ??
    (question.key === undefined
      ? derivedId(reading.source, controlId, 'TXA')
      : derivedId(reading.source, question.key, `TXA ${type}`));
  const authors = authorsOf(about, message, txa);
  const status = statusOf(message, txa);
  const document = { about, within: keyText(id), status, authors };
  const answer: Answer = { about, message, txa, question, number, id, document };
  // The answer refers to what it is made of, so the words are made first.
  let parts: Sections = { sections: [], documents: [] };
  const isReply = question.orders.length > 0 || question.parent !== undefined;
  const composition = (): string =>
    bundle.add<Composition>('Composition', id, () => {
      parts = sectionsOf(document, resultsOf(message));
      return compositionOf(answer, parts);
    });
  if (!isReply) {
    composition();
    return;
  }
  const own = derivedId(reading.source, keyText(id), 'Communication');
  bundle.add<Communication>('Communication', own, () => {
    const fullUrl = composition();
    return {
      identifier: [identifierOf(own)],
      ...repliesTo(question),
      status: status.communication,
      subject: about.patient,
      encounter: about.encounter,
      sent: dateTimeOf(message.header.at(7), `${RULE}.sent`, reading),
      recipient: txa.reps(23).flatMap((repetition) => professional(about, repetition) ?? []),
      sender: authors[0],
      payload: [
        { contentReference: referTo(fullUrl, 'Composition', RULE) },
        ...parts.documents.map((one) => ({ contentReference: referTo(one, 'DocumentReference', RULE) })),
      ],
    };
  });
}

/** The question is known by its number alone: where it lives, the receiver knows. */
function repliesTo({ orders, parent }: Question) {
  const asked = orders.map((identifier) => ({ type: constant('ServiceRequest', RULE), identifier }));
  const before = parent && { type: constant('Composition', RULE), identifier: parent };
  return {
    basedOn: [...asked, before],
    inResponseTo: [...orders, ...(orders.length === 0 ? [parent] : [])].map((identifier) => ({ identifier })),
  };
}

function compositionOf({ about, message, txa, number, id, document }: Answer, { sections }: Sections) {
  const { reading } = about;
  const consult = isConsult(txa, about);
  const at = [txa.at(6), txa.at(4), txa.at(7), message.header.at(7)].find(({ filled }) => filled);
  const date = at && dateTimeOf(at, `${RULE}.date`, reading);
  const kind = codesOf(txa.rep(2), `${RULE}.type`, reading, '0270');
  const type: Draft<CodeableConcept> = {
    coding: [
      consult
        ? {
            system: constant(SYSTEM.loinc, RULE),
            code: constant('11488-4', RULE),
            display: constant('Consult note', RULE),
          }
        : undefined,
      ...kind.map(({ coding }) => coding).filter((coding) => !('code' in coding) || coding.code?.value !== '11488-4'),
    ],
    text: kind.length === 0 ? textOf(txa.at(2, 2), RULE) : undefined,
  };
  const draft = {
    meta: consult ? { profile: [constant(wkProfile('ConsultComposition'), RULE)] } : undefined,
    identifier: number?.identifier ?? identifierOf(id),
    status: document.status.composition,
    _status: document.status.original,
    type,
    subject: about.patient,
    encounter: about.encounter,
    date,
    _date: date === undefined ? ABSENT : undefined,
    author: document.authors,
    title: textOf(txa.at(25), `${RULE}.title`) ?? new Leaf('Antwoord', { path: () => 'constant' }, `${RULE}.title`),
    confidentiality: document.status.confidentiality,
    attester: attesters(about, txa),
    section: sections,
  };
  const rest = message.segments.filter(({ name }) => !READ.has(name));
  const notes = message.all('NTE');
  return { ...draft, extension: carryWhole([txa, ...rest, ...notes], 'mdm.remainder') };
}

const ABSENT = {
  extension: [
    {
      url: constant('http://hl7.org/fhir/StructureDefinition/data-absent-reason', RULE),
      valueCode: constant('unknown', RULE),
    },
  ],
};

/** Segments that other rules read to the end; ORC, OBR, TQ1, CON, EVN, Z… travel with the document. */
const READ: ReadonlySet<string> = new Set('MSH PID PD1 NK1 PV1 PV2 TXA OBX NTE'.split(' '));

/** HL7 table 0270 has codes that are certainly no consult (a discharge summary, an operative report). */
const OTHER_DOCUMENTS: ReadonlySet<string> = new Set('AR CD DI DS ED HP OP PH PN SP TS'.split(' '));

const isConsult = (txa: Segment, { reading }: AboutPatient): boolean =>
  !codesOf(txa.rep(2), `${RULE}.type`, reading, '0270').some(
    ({ system, code }) => system.endsWith('/v2-0270') && OTHER_DOCUMENTS.has(code),
  );

function professional(about: AboutPatient, repetition: Repetition): Draft<Reference> | undefined {
  const role = practitionerRoleEntry(about.bundle, repetition, `${RULE}.person`, about.reading, about.controlId);
  return role === undefined ? undefined : referTo(role, 'PractitionerRole', RULE);
}

/** TXA-9, the originator; else TXA-5, who did what the document tells; else the organisation that sends. */
function authorsOf(about: AboutPatient, message: Message, txa: Segment): Draft<Reference>[] {
  for (const field of [9, 5]) {
    const people = txa.reps(field).flatMap((repetition) => professional(about, repetition) ?? []);
    if (people.length > 0) return people;
  }
  const sender = sendingLaboratory(about.bundle, message, about.reading);
  return [sender ?? ABSENT];
}

/** TXA-22: who authenticated the document, and when (PPN.15). */
const attesters = (about: AboutPatient, txa: Segment): Draft<CompositionAttester>[] =>
  txa.reps(22).flatMap((repetition) => {
    const party = professional(about, repetition);
    const time = dateTimeOf(repetition.cell(15), `${RULE}.attested`, about.reading);
    if (party === undefined && time === undefined) return [];
    return [{ mode: constant('professional', `${RULE}.attested`), time, party }];
  });
