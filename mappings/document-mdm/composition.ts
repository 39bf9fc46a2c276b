/** The document: a Composition with what TXA says of it. */
import type { CodeableConcept, Composition } from 'fhir/r4.js';
import { SYSTEM, wkProfile } from '../../profiles/canonical.ts';
import { identifierOf, type ResourceDraft } from '../bundle.ts';
import { constant, type Draft } from '../draft.ts';
import type { BusinessId } from '../identity.ts';
import { codesOf } from '../hl7v2/datatypes/cwe.ts';
import type { EntityNumber } from '../hl7v2/datatypes/ei.ts';
import { dateTimeOf } from '../hl7v2/datatypes/ts.ts';
import { textOf } from '../hl7v2/leaf.ts';
import type { Message, Segment } from '../hl7v2/message.ts';
import type { AboutPatient } from '../hl7v2/segments/about-patient.ts';
import { carryWhole } from '../hl7v2/segments/remainder.ts';
import { isRead } from '../hl7v2/segments/single.ts';
import { ABSENT, attesters } from './people.ts';
import type { Question } from './question.ts';
import type { InDocument, Sections } from './sections.ts';

const RULE = 'mdm.document';

export interface Answer {
  readonly about: AboutPatient;
  readonly message: Message;
  readonly txa: Segment;
  readonly question: Question;
  readonly number: EntityNumber | undefined;
  readonly id: BusinessId;
  readonly document: InDocument;
}

export function compositionOf(
  { about, message, txa, number, id, document }: Answer,
  { sections }: Sections,
): ResourceDraft<Composition> {
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
    title: textOf(txa.at(25), `${RULE}.title`) ?? constant('Antwoord', `${RULE}.title`),
    confidentiality: document.status.confidentiality,
    attester: attesters(about, txa),
    section: sections,
  };
  // ORC, OBR, TQ1, CON, EVN, Z…; and of OBX and NTE what no section took, after the sections are made.
  const rest = message.segments.filter((segment) => !ELSEWHERE.has(segment.name) && !isRead(segment, message));
  return { ...draft, extension: carryWhole(rest, 'mdm.remainder') };
}

const ELSEWHERE: ReadonlySet<string> = new Set(['MSH', 'NK1']);

/** HL7 table 0270 has codes that are certainly no consult (a discharge summary, an operative report). */
const OTHER_DOCUMENTS: ReadonlySet<string> = new Set('AR CD DI DS ED HP OP PH PN SP TS'.split(' '));

const isConsult = (txa: Segment, { reading }: AboutPatient): boolean =>
  !codesOf(txa.rep(2), `${RULE}.type`, reading, '0270').some(
    ({ system, code }) => system.endsWith('/v2-0270') && OTHER_DOCUMENTS.has(code),
  );
