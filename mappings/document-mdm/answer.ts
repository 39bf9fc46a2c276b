/** The answer and the document that holds its words. */
import type { Communication, Composition } from 'fhir/r4.js';
import { identifierOf, referTo } from '../bundle.ts';
import { constant } from '../draft.ts';
import { derivedId } from '../identity.ts';
import { entityNumber } from '../hl7v2/datatypes/ei.ts';
import { dateTimeOf } from '../hl7v2/datatypes/ts.ts';
import type { Message, Segment } from '../hl7v2/message.ts';
import { keyText, type AboutPatient } from '../hl7v2/segments/about-patient.ts';
import { compositionOf, type Answer } from './composition.ts';
import { authorsOf, professional } from './people.ts';
import { questionOf, type Question } from './question.ts';
import { resultsOf, sectionsOf, type Sections } from './sections.ts';
import { statusOf } from './status.ts';

const RULE = 'mdm.document';

/** The key is the document's own number (TXA-12), else the question it answers with its type, else this message. */
export function answerEntries(about: AboutPatient, message: Message, txa: Segment): void {
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
