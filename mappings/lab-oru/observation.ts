/** OBX to nl-core-LaboratoryTestResult (v2-to-FHIR: OBX[Observation]). */
import type { CodeableConcept, Observation, ObservationComponent } from 'fhir/r4.js';
import { SYSTEM } from '../../profiles/canonical.ts';
import { identifierOf, referTo, type ResourceDraft } from '../bundle.ts';
import { constant, Leaf, type Draft } from '../draft.ts';
import { codeableConcept } from '../hl7v2/datatypes/cwe.ts';
import { entityNumber } from '../hl7v2/datatypes/ei.ts';
import { dateTimeOf } from '../hl7v2/datatypes/ts.ts';
import { sameAs, textOf } from '../hl7v2/leaf.ts';
import type { Segment } from '../hl7v2/message.ts';
import { deletions } from '../hl7v2/segments/deletions.ts';
import { carryRemainders } from '../hl7v2/segments/remainder.ts';
import { markField } from './fields.ts';
import { interpretation } from './flags.ts';
import type { ResultLines } from './groups.ts';
import { note } from './notes.ts';
import { organismOf } from './organism.ts';
import { resultPlace, sequelTo } from './parent.ts';
import { performers } from './performer.ts';
import { resultProfile } from './profile.ts';
import { referenceRanges } from './range.ts';
import { absentCode, type OrderScope } from './scope.ts';
import { snomedConcept } from './snomed-concept.ts';
import { statusOf } from './status.ts';
import { isEmpty, unitInWords } from './unit-in-words.ts';
import { valueOf, type ReadValue } from './value.ts';

const RULE = 'lab.result';

export interface ResultEntry {
  readonly reference: string;
  /** The profile claimed; undefined for results of other departments. */
  readonly profile: string | undefined;
  /** ED and RP, to show with the report; empty when there is no report to show them with. */
  readonly attachments: ReadValue['attachments'];
}

/**
 * Adds one result. Its key is made of the order, the test and OBX-4, never of the message: preliminary, final and
 * corrected are one result.
 * @param comments NTE of the order, when this is its only result
 */
export function resultEntry(scope: OrderScope, lines: ResultLines, links: Links): ResultEntry {
  const { obx } = lines;
  const id = scope.keys.key(scope.numbers.within, resultPlace(obx));
  const read = valueOf(lines, scope.reading);
  const { meta, profile } = resultProfile(obx.rep(3), scope);
  const reference = scope.bundle.add<Observation>('Observation', id, () => {
    const draft = resultOf(scope, lines, links, read);
    // Further lines of a text repeat what they are lines of.
    for (const line of lines.more) for (const field of [3, 4, 11, 14]) markField(line, field, sameAs(obx.rep(field)));
    const strays = links.report ? [] : scope.takeStrays();
    const own = entityNumber(obx.rep(21), 'observation', RULE, scope.reading, 'FILL');
    const extension = [
      ...sequelTo(scope.parent.result ?? organismOf(scope.group, obx, scope.planned)),
      ...read.extension,
      ...deletions([obx], `${RULE}.deleted`),
      ...(links.report ? [] : read.attachments.map((valueAttachment) => ({ url: VALUE_ATTACHMENT, valueAttachment }))),
      ...carryRemainders([obx, ...lines.more, ...lines.notes, ...links.comments, ...strays], 'lab.remainder'),
    ];
    return { meta, extension, identifier: [identifierOf(id), own?.identifier], ...draft };
  });
  const title = textOf(obx.at(3, 2), `${RULE}.attachment`);
  const attachments = read.attachments.map((attachment) => ({ ...attachment, title }));
  return { reference, profile, attachments: links.report ? attachments : [] };
}

/** As HL7's tables name it: R5 knows this value type, R4 takes it as an extension. */
const VALUE_ATTACHMENT = constant(
  'https://hl7.org/fhir/5.0/StructureDefinition/extension-Observation.valueAttachment',
  RULE,
);

/** What the result belongs to. */
export interface Links {
  readonly order: string | undefined;
  readonly specimen: string | undefined;
  /** A DiagnosticReport shows the attachments. */
  readonly report: boolean;
  readonly comments: readonly Segment[];
}

function resultOf(scope: OrderScope, lines: ResultLines, links: Links, read: ReadValue): ResourceDraft<Observation> {
  const { obx } = lines;
  const { reading } = scope;
  const code = codeableConcept(obx.rep(3), `${RULE}.code`, reading) ?? absentCode(`${RULE}.code`);
  const at = dateTimeOf(obx.at(14), `${RULE}.effective`, reading);
  const status = statusOf<Observation['status']>(obx.at(11), 'observation-status', '0085', `${RULE}.status`, reading);
  return {
    basedOn: links.order === undefined ? undefined : [referTo(links.order, 'ServiceRequest')],
    ...status,
    category: scope.section.resultCategory,
    code,
    subject: scope.subject,
    encounter: scope.encounter,
    // A moment that nobody can read is not that of the order: it travels as text.
    ...(at ? { effectiveDateTime: at } : obx.at(14).filled ? {} : scope.effective),
    issued: scope.issued,
    performer: performers(scope, obx),
    ...read.value,
    dataAbsentReason: isEmpty(read) ? absence(obx) : undefined,
    interpretation: interpretation(obx, reading),
    note: note([...links.comments, ...lines.notes], `${RULE}.note`, [unitInWords(obx, read, `${RULE}.unit`)]),
    bodySite: codeableConcept(obx.rep(20), `${RULE}.bodySite`, reading),
    method: snomedConcept(obx.rep(17), `${RULE}.method`, reading),
    specimen: links.specimen === undefined ? undefined : referTo(links.specimen, 'Specimen'),
    device: device(obx, scope),
    referenceRange: referenceRanges(obx, read.unit),
    component: components(code, read),
  };
}

/** Why a result has no value, where its status says so. */
function absence(obx: Segment): Draft<CodeableConcept> | undefined {
  const cell = obx.at(11);
  const reason = { X: 'not-performed', N: 'not-asked' }[cell.text.trim()];
  if (reason === undefined) return undefined;
  const code = new Leaf(reason, cell, `${RULE}.absent`);
  return { coding: [{ system: constant(SYSTEM.dataAbsent, `${RULE}.absent`), code }] };
}

function device(obx: Segment, { reading }: OrderScope): ResourceDraft<Observation>['device'] {
  const number = entityNumber(obx.rep(18), 'device', `${RULE}.device`, reading);
  return number && { type: constant('Device', `${RULE}.device`), identifier: number.identifier };
}

/** Several values under one code: a component each, and no value of its own (invariant obs-7). */
const components = (code: Draft<CodeableConcept>, { several }: ReadValue): Draft<ObservationComponent>[] =>
  several.map((value) => ({ code, ...value }));
