/** OBX of an MDM to the sections of the Composition: texts as text, attachments as documents, the rest as observations. */
import type { CompositionSection, DocumentReference, Reference } from 'fhir/r4.js';
import { identifierOf, referTo } from '../bundle.ts';
import { constant, type Draft } from '../draft.ts';
import { codeableConcept } from '../hl7v2/datatypes/cwe.ts';
import { formattedOf, joinedLeaf, sameAs, textOf } from '../hl7v2/leaf.ts';
import type { Message } from '../hl7v2/message.ts';
import { codeText, ownKey, type AboutPatient } from '../hl7v2/segments/about-patient.ts';
import { carryRemainders } from '../hl7v2/segments/remainder.ts';
import { markField, wholeText } from '../lab-oru/fields.ts';
import { groupsOf, type ResultLines } from '../lab-oru/groups.ts';
import { valueOf, type ReadValue } from '../lab-oru/value.ts';
import { observationEntries } from '../observed/observation.ts';
import type { DocumentStatus } from './status.ts';

const RULE = 'mdm.section';
const TEXTS: ReadonlySet<string> = new Set(['TX', 'FT', 'ST', '']);
const ATTACHED: ReadonlySet<string> = new Set(['ED', 'RP']);

/** What sections need to know of the document they are part of. */
export interface InDocument {
  readonly about: AboutPatient;
  /** Names the document across messages. */
  readonly within: string;
  readonly status: DocumentStatus;
  readonly authors: readonly Draft<Reference>[];
}

export interface Sections {
  readonly sections: readonly Draft<CompositionSection>[];
  /** fullUrls of the documents that were attached. */
  readonly documents: readonly string[];
}

/** Results of all orders in the order of the message; lines of one text belong together. */
export const resultsOf = (message: Message): ResultLines[] =>
  groupsOf(message).groups.flatMap(({ results }) => [...results]);

export function sectionsOf(document: InDocument, results: readonly ResultLines[]): Sections {
  const documents: string[] = [];
  const sections = results.flatMap((lines): Draft<CompositionSection>[] => {
    const type = lines.obx.at(2).text.trim();
    const { about } = document;
    if (TEXTS.has(type)) return textSection(about, lines);
    if (!ATTACHED.has(type)) {
      const entries = observationEntries(about, [{ obx: lines.obx, notes: lines.notes }]);
      const title = textOf(lines.obx.at(3, 2), RULE) ?? textOf(lines.obx.at(3), RULE);
      return [{ title, entry: entries.map((fullUrl) => referTo(fullUrl, 'Observation', RULE)) }];
    }
    const read = valueOf(lines, about.reading);
    if (read.attachments.length === 0) return textSection(about, lines);
    const fullUrl = documentEntry(document, lines, read);
    documents.push(fullUrl);
    const title = textOf(lines.obx.at(3, 2), RULE) ?? textOf(lines.obx.at(3), RULE);
    return [{ title, entry: [referTo(fullUrl, 'DocumentReference', RULE)] }];
  });
  return { sections, documents };
}

/** The words of OBX-5 of all lines, notes behind them, as a narrative; a section without words is none. */
function textSection({ reading }: AboutPatient, { obx, more, notes }: ResultLines): Draft<CompositionSection>[] {
  const lines = [
    ...[obx, ...more].flatMap((line) => line.reps(5).map((repetition) => wholeText(repetition, RULE))),
    ...notes.flatMap((nte) => nte.reps(3).map((repetition) => formattedOf(repetition.cell(1), RULE))),
  ].filter((line) => line !== undefined);
  const [first, ...others] = lines;
  if (first === undefined) return [];
  for (const line of more) for (const field of [3, 4, 11, 14]) markField(line, field, sameAs(obx.rep(field)));
  const title = textOf(obx.at(3, 2), RULE) ?? textOf(obx.at(3), RULE);
  const text = {
    status: constant('additional', RULE),
    div: joinedLeaf([first, ...others], narrative(lines.map(({ value }) => value)), RULE),
  };
  const code = codeableConcept(obx.rep(3), RULE, reading);
  const rest = carryRemainders([obx, ...more, ...notes], 'mdm.remainder');
  return [{ title, code, text, extension: rest }];
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** FHIR R4 narrative.html: the words and their lines, nothing that a browser would take for markup. */
const narrative = (lines: readonly string[]): string =>
  `<div xmlns="http://www.w3.org/1999/xhtml"><pre>${lines
    .join('\n')
    .replace(/[&<>"]/g, (char) => ESCAPES[char] ?? char)
    // Control characters have no place in XML; a tab and line ends do.
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, ' ')}</pre></div>`;

/** ED and RP (v2-to-FHIR: OBX[DocumentReference]): the bytes as they came. */
function documentEntry(document: InDocument, lines: ResultLines, read: ReadValue): string {
  const { about, within, status } = document;
  const { bundle, reading } = about;
  const { obx, more, notes } = lines;
  const place = `MDM document ${codeText(obx.rep(3))} ${obx.at(4).text.trim()}`;
  const id = ownKey(about, 'DocumentReference', within, place);
  return bundle.add<DocumentReference>('DocumentReference', id, () => {
    const title = textOf(obx.at(3, 2), RULE);
    const said = read.value.valueString;
    const draft = {
      identifier: [identifierOf(id)],
      status: status.reference(),
      docStatus: status.docStatus,
      type: codeableConcept(obx.rep(3), RULE, reading),
      subject: about.patient,
      author: document.authors,
      description: said,
      content: read.attachments.map((attachment) => ({ attachment: { ...attachment, title } })),
      context: about.encounter === undefined ? undefined : { encounter: [about.encounter] },
    };
    return { ...draft, extension: carryRemainders([obx, ...more, ...notes], 'mdm.remainder') };
  });
}
