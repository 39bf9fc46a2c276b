/** Sections of a Composition and payloads of a Communication to OBX: the inverse of `document-mdm/sections.ts`. */
import type { Attachment, CompositionSection, FhirResource } from 'fhir/r4.js';
import { constant, type Leaf } from '../draft.ts';
import { isA } from '../hl7v2/write/entries.ts';
import { cwe } from '../hl7v2/write/codes.ts';
import { notes } from '../hl7v2/write/notes.ts';
import type { Writing } from '../hl7v2/write/partner.ts';
import { putBack } from '../hl7v2/write/put-back.ts';
import { restOf } from '../hl7v2/write/rest.ts';
import { rep, SheetSegment, type Field, type Fields, type Said } from '../hl7v2/write/sheet.ts';
import { each, type Spot } from '../hl7v2/write/spot.ts';
import { attachmentOf } from '../hl7v2/write/values.ts';
import { resultSegments } from '../to-oru/result.ts';
import type { Document } from './document.ts';
import { narrativeText } from './narrative.ts';

const RULE = 'to-mdm.content';

/** Makes OBX one after the other. */
interface Run {
  readonly writing: Writing;
  readonly final: boolean;
  readonly segments: SheetSegment[];
  next: number;
}

export function contentSegments({ composition, reply }: Document, writing: Writing): SheetSegment[] {
  const status = composition?.value?.status ?? reply?.value?.status;
  const run: Run = { writing, final: status !== 'preliminary' && status !== 'in-progress', segments: [], next: 1 };
  for (const section of composition ? each(composition.at('section')) : []) sectionSegments(run, section, undefined);
  for (const payload of reply ? each(reply.at('payload')) : []) {
    const words = payload.at('contentString');
    if (words.value !== undefined) {
      textSegment(run, rep(undefined, constant('Antwoord', RULE)), words.said(RULE)).fill(11, 1, 1, 1, statusOf(run));
    }
    if (payload.value?.contentAttachment !== undefined) fileSegment(run, undefined, payload.at('contentAttachment'));
    const target = entryOf(
      run,
      payload.value?.contentReference === undefined ? undefined : payload.at('contentReference'),
    );
    if (target !== undefined && isA(target, 'DocumentReference')) documentSegments(run, target);
  }
  for (const file of writing.entries.of('DocumentReference')) documentSegments(run, file);
  for (const one of writing.entries.of('Observation')) observationSegments(run, one);
  // An answer that was not given says why; a document without a word still says what is left of it.
  if (run.segments.length === 0) {
    const why = reply?.at('statusReason').at('text').said(RULE);
    textSegment(run, rep(undefined, constant('Antwoord', RULE)), why).fill(11, 1, 1, 1, statusOf(run));
  }
  return run.segments;
}

function add(run: Run, fields: Fields): SheetSegment {
  const segment = new SheetSegment('OBX', { 1: constant(String(run.next), RULE), ...fields });
  run.next += 1;
  run.segments.push(segment);
  return segment;
}

const statusOf = (run: Run): Leaf<string> => constant(run.final ? 'F' : 'P', RULE);

function textSegment(run: Run, code: Field, text: Said): SheetSegment {
  return add(run, { 2: constant('TX', RULE), 3: code, 5: text });
}

/** `within`: the title of the section this one is part of. */
function sectionSegments(run: Run, section: Spot<CompositionSection>, within: Spot<string> | undefined): void {
  const { writing } = run;
  const title = section.at('title');
  const text = section.at('text');
  const words = text.at('div').saidAs(RULE, (div) => narrativeText(div) || undefined);
  text.at('status').pass('the words themselves stand in OBX-5');
  if (words === undefined) text.pass('says nothing');
  else {
    const segment = textSegment(run, named(section, within, writing), words);
    putBack(section, [segment]);
    segment.fill(11, 1, 1, 1, statusOf(run));
  }
  for (const entry of each(section.at('entry'))) {
    const target = entryOf(run, entry);
    if (target !== undefined && isA(target, 'DocumentReference')) documentSegments(run, target, title);
    if (target !== undefined && isA(target, 'Observation')) {
      observationSegments(run, target);
      if (target.value?.code.coding?.some(({ display }) => display === title.value)) title.pass('OBX-3 says it');
    }
  }
  for (const part of each(section.at('section'))) sectionSegments(run, part, title);
}

/** OBX-3: the code of the section, else its title, else that of the section it is part of. */
function named(section: Spot<CompositionSection>, within: Spot<string> | undefined, { partner }: Writing): Field {
  const title = section.at('title');
  const code = cwe(section.at('code'), partner);
  if (code === undefined) return rep(undefined, title.said(RULE) ?? within?.said(RULE));
  if (title.value === section.value?.code?.coding?.[0]?.display) title.pass('OBX-3 says it');
  return code;
}

const entryOf = ({ writing }: Run, reference: Parameters<Writing['entries']['target']>[0] | undefined) => {
  const target = reference && writing.entries.target(reference);
  if (target !== undefined) reference?.pass('it goes with the document');
  return target;
};

const isWritten = (one: Spot<FhirResource>, key: string): boolean =>
  !one.unread().some(({ path }) => path.startsWith(`${one.path()}.${key}`));

function documentSegments(
  run: Run,
  file: Spot<Extract<FhirResource, { resourceType: 'DocumentReference' }>>,
  title?: Spot<string>,
): void {
  if (isWritten(file, 'content')) return;
  const code = cwe(file.at('type'), run.writing.partner) ?? rep(undefined, title?.said(RULE));
  if (title?.value === file.value?.type?.coding?.[0]?.display) title?.pass('OBX-3 says it');
  for (const content of each(file.at('content'))) {
    const segment = fileSegment(run, code, content.at('attachment'));
    putBack(file, [segment]);
    segment.fill(11, 1, 1, 1, statusOf(run));
  }
  file.at('author').pass('the authors of the document (TXA-9)');
  file.at('context').at('encounter').pass('PV1');
  if (file.value?.status === 'current') file.at('status').pass('TXA-19');
  file.at('docStatus').pass('TXA-17');
}

function fileSegment(run: Run, code: Field, attachment: Spot<Attachment>): SheetSegment {
  const written = attachmentOf(attachment);
  const title = attachment.at('title');
  const name = code ?? rep(undefined, title.said(RULE) ?? constant('Bijlage', RULE));
  const words = code === undefined || !('components' in code) ? [] : code.components.flat();
  if (words.some((leaf) => leaf?.value === title.value)) title.pass('OBX-3 says it');
  return add(run, { 2: written && constant(written.type, RULE), 3: name, 5: written?.value });
}

function observationSegments(run: Run, one: Spot<Extract<FhirResource, { resourceType: 'Observation' }>>): void {
  if (isWritten(one, 'code')) return;
  const { writing, segments } = run;
  const subId = (one.value?.component?.length ?? 0) > 0 ? String(run.next) : '';
  const written = resultSegments(one, run.next, subId, writing);
  run.next += written.segments.length;
  putBack(one, written.segments.slice(0, 1));
  one.at('category').pass('the code says it');
  segments.push(...written.segments, ...notes([...written.comments, ...restOf(one, writing.entries)]));
}
