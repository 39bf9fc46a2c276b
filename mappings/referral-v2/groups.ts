/** The segments of a REF message by what they are for (HL7 v2.5 §11.5). */
import { WK_CODES } from '../../profiles/canonical.ts';
import type { ReferralFields, SourceSettings } from '../mapping.ts';
import { codesOf } from '../hl7v2/datatypes/cwe.ts';
import { readingFor } from '../hl7v2/leaf.ts';
import type { Cell, Message, Segment } from '../hl7v2/message.ts';
import { insurancesOf, type Insurances } from '../hl7v2/segments/in1.ts';
import { isRead } from '../hl7v2/segments/single.ts';
import type { Observed } from '../observed/observed.ts';

/** A PRD with the contact data (CTD) behind it. */
export interface Provider {
  readonly prd: Segment;
  readonly contacts: readonly Segment[];
}

export interface ReferralSegments {
  readonly providers: readonly Provider[];
  /** OBX of our own codes, by OBX-3.1: `TIER`, `haemodynamically-stable`, …; any other OBX is an observation. */
  readonly own: ReadonlyMap<string, readonly Segment[]>;
  readonly observed: readonly Observed[];
  /** NTE that belong to no OBX: about the referral. */
  readonly notes: readonly Segment[];
  readonly insurances: Insurances;
  /** No rule reads them (AUT, OBR, GT1, ACC, Z…): they travel as source fields of the request. */
  readonly rest: readonly Segment[];
}

const READ: ReadonlySet<string> = new Set('MSH PRD NK1 OBX DG1 AL1 PR1 IN1 IN2 IN3 NTE'.split(' '));
/** Codes of OBX-3.1 in coding system WK. */
const OWN: ReadonlySet<string> = new Set([
  ...['TIER', 'haemodynamically-stable', 'complex-diagnostics-needed', 'isolation'],
]);

export function segmentsOf(message: Message, source: SourceSettings): ReferralSegments {
  const providers: { prd: Segment; contacts: Segment[] }[] = [];
  const own = new Map<string, Segment[]>();
  const observed: { obx: Segment; notes: Segment[] }[] = [];
  const notes: Segment[] = [];
  const rest: Segment[] = [];
  let before: Segment | undefined;
  for (const segment of message.segments) {
    if (segment.name === 'NTE') {
      const last = observed.at(-1);
      if (last !== undefined && before === last.obx) last.notes.push(segment);
      else notes.push(segment);
      continue;
    }
    if (segment.name === 'PRD') providers.push({ prd: segment, contacts: [] });
    else if (segment.name === 'CTD' && (before?.name === 'PRD' || before?.name === 'CTD') && providers.length > 0) {
      providers.at(-1)?.contacts.push(segment);
    } else if (segment.name === 'OBX') {
      const name = ownName(segment, source);
      if (name === undefined) observed.push({ obx: segment, notes: [] });
      else own.set(name, [...(own.get(name) ?? []), segment]);
    } else if (!READ.has(segment.name) && !isRead(segment, message)) rest.push(segment);
    before = segment;
  }
  const insurances = insurancesOf(message);
  return { providers, own, observed, notes, insurances, rest: [...rest, ...insurances.unnamed] };
}

function ownName(obx: Segment, source: SourceSettings): string | undefined {
  const code = codesOf(obx.rep(3), 'referral.observation', readingFor(source)).find(
    ({ system }) => system === WK_CODES,
  );
  return code !== undefined && OWN.has(code.code) ? code.code : undefined;
}

const OWN_CODE = 'our own code for what OBX-5 says; the resource it becomes says so';
/** OBX-3 of our own codes is the code of the resource. */
export function withoutOwnCode(obx: Segment): Segment {
  for (const cell of obx.filledCells()) {
    const isSystem = cell.field === 5 && cell.component === 3 && obx.howUsed(cell) === undefined;
    if (cell.field === 3 || isSystem) obx.markUsed(cell, OWN_CODE);
  }
  return obx;
}

const PATH = /^([A-Z][A-Z0-9]{2})(?:\(([^)]+)\))?-(\d{1,3})(?:\.(\d{1,2}))?(?:\.(\d{1,2}))?$/;

/** Filled cells at a path of the source's settings (`RF1-4`, `ZTR-3.1`, `OBX(TRIAGE)-5`); none for a path we cannot read. */
export function cellsAt(message: Message, path: NonNullable<ReferralFields['tier']>['path']): Cell[] {
  const [, name, code, field, component = '1', subcomponent = '1'] = PATH.exec(path) ?? [];
  if (name === undefined || field === undefined) return [];
  return message
    .all(name)
    .filter((segment) => code === undefined || segment.at(3).text.trim() === code)
    .map((segment) => segment.at(Number(field), Number(component), Number(subcomponent)))
    .filter(({ filled }) => filled);
}
