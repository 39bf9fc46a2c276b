/** Results and measurements to ORU^R01 (HL7 v2.5 §7.3.1), for a partner that takes no FHIR: the inverse of `lab-oru`. */
import type { Attachment, DiagnosticReport, Observation, Specimen } from 'fhir/r4.js';
import { constant, type Leaf } from '../draft.ts';
import { cwe } from '../hl7v2/write/codes.ts';
import type { V2Mapping } from '../hl7v2/write/message.ts';
import { notes } from '../hl7v2/write/notes.ts';
import { aboutPatient } from '../hl7v2/write/about.ts';
import { since, type Writing } from '../hl7v2/write/partner.ts';
import { putBack } from '../hl7v2/write/put-back.ts';
import { restOf } from '../hl7v2/write/rest.ts';
import { rep, SheetSegment } from '../hl7v2/write/sheet.ts';
import { each, type Spot } from '../hl7v2/write/spot.ts';
import { attachmentOf } from '../hl7v2/write/values.ts';
import { groupsOf, type ResultGroup } from './groups.ts';
import { orderSegments } from './order.ts';
import type { Written } from './parent.ts';
import { resultSegments } from './result.ts';
import { specimenSegment } from './specimen.ts';

const RULE = 'to-oru';

/** Refused: a Bundle without any order, report or observation. */
export const toOru: V2Mapping = {
  id: 'to-oru',
  version: '1.0.0',
  type: ['ORU', 'R01', 'ORU_R01'],
  write(writing) {
    const groups = groupsOf(writing.entries);
    if (groups.length === 0) {
      const text = 'no order, report or observation to write a result of';
      return { issues: [{ severity: 'error', code: 'required', expression: 'Bundle', text, rule: 'nothing-to-say' }] };
    }
    const subIds = subIdsOf(groups);
    const about = aboutPatient(writing, 'PD1', 'NK1');
    const body = groups.flatMap((group, index) => groupSegments(group, index + 1, subIds, writing));
    // The patient last: what nothing of the rest said goes with her.
    return [...about.patient(), ...about.stay, ...body];
  },
};

function groupSegments(group: ResultGroup, index: number, subIds: Written, writing: Writing): SheetSegment[] {
  const order = orderSegments(group, index, subIds, writing);
  let next = 1;
  const specimens = specimensOf(group, writing);
  const files = group.report ? each(group.report.at('presentedForm')) : [];
  const results = group.results.flatMap((one) => {
    const file = takeFile(files, one);
    const { segments, comments } = resultSegments(one, next, subIds.get(one) ?? '', writing, file);
    next += segments.length;
    putBack(one, segments.slice(0, 1));
    one.at('basedOn').pass('it stands with its order');
    one.at('specimen').pass('it stands with its specimen');
    return [...segments, ...notes([...comments, ...restOf(one, writing.entries)])];
  });
  const others = files.map((file, at) => fileSegment(file, group.report?.at('code'), next + at, writing));
  const spm = specimens.map((specimen, at) => specimenSegment(specimen, at + 1, writing));
  const rests = specimens.flatMap((specimen) => restOf(specimen, writing.entries));
  return [...order.segments, ...notes([...order.comments(), ...rests]), ...order.timing, ...results, ...others, ...spm];
}

/** The file that goes by the name of a result without a value is that result's. It is taken out of the list. */
function takeFile(files: Spot<Attachment>[], { value: one }: Spot<Observation>): Spot<Attachment> | undefined {
  const hasValue = Object.keys(one ?? {}).some((key) => key.startsWith('value') || key === 'component');
  const names = one?.code.coding?.map(({ display }) => display) ?? [];
  const at = hasValue ? -1 : files.findIndex(({ value }) => value?.title !== undefined && names.includes(value.title));
  const [file] = at < 0 ? [] : files.splice(at, 1);
  file?.at('title').pass('OBX-3 says it');
  return file;
}

/** OBX-4 of each result: as the sender had it, else a count where one code stands more than once. */
function subIdsOf(groups: readonly ResultGroup[]): Written {
  const ids = new Map<Spot<Observation>, string>();
  for (const { results } of groups) {
    for (const one of results) {
      const code = JSON.stringify(one.value?.code);
      const alike = results.filter(({ value }) => JSON.stringify(value?.code) === code);
      ids.set(one, kept(one) ?? (alike.length > 1 ? String(alike.indexOf(one) + 1) : ''));
    }
  }
  return ids;
}

/** A sub-id kept as `wk-source-field` of OBX-4. */
const kept = ({ value }: Spot<Observation>): string | undefined =>
  (value?.extension ?? [])
    .map(({ extension = [] }) => extension.map(({ valueString }) => valueString))
    .find(([path]) => path !== undefined && /^OBX(\[\d+\])?-4$/.test(path))?.[1];

/** Every specimen of the group once; from v2.5 on, when SPM came. */
function specimensOf({ report, panel, results }: ResultGroup, { entries, partner }: Writing): Spot<Specimen>[] {
  if (!since(partner, '2.5')) return [];
  const references = [
    ...[panel, ...results].flatMap((one) => (one?.value?.specimen === undefined ? [] : [one.at('specimen')])),
    ...(report ? each(report.at('specimen')) : []),
  ];
  const found = new Set<Spot<Specimen>>();
  for (const reference of references) {
    const specimen = entries.follow(reference, 'Specimen');
    if (specimen !== undefined) found.add(specimen);
  }
  return [...found];
}

/** What the report shows: a file of its own under the code of the report. */
function fileSegment(
  form: Spot<Attachment>,
  code: Spot<NonNullable<DiagnosticReport['code']>> | undefined,
  index: number,
  { partner }: Writing,
): SheetSegment {
  const written = attachmentOf(form);
  const [id, display, system] = (code && cwe(code, partner))?.components ?? [];
  const title = form.at('title');
  if (display !== undefined && 'value' in display && display.value === title.value) title.pass('OBX-3 says it');
  return new SheetSegment('OBX', {
    1: constant(String(index), RULE),
    2: written && constant(written.type, RULE),
    3: rep(id, display, system, ...Array.from({ length: 5 }, () => undefined), fileTitle(title, display !== undefined)),
    4: constant(`file-${index}`, RULE),
    5: written?.value,
    11: constant('F', RULE),
  });
}

/** CWE.9, the original text; a file under no code has nothing else to be called by. */
const fileTitle = (title: Spot<string>, hasWords: boolean): Leaf<string> | undefined =>
  title.unread().length > 0 || !hasWords ? title.said(RULE) : undefined;
