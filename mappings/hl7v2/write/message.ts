/** A mapping the other way: from a FHIR Bundle of ours to one HL7 v2 message for a partner that takes nothing else. */
import type { Bundle, FhirResource } from 'fhir/r4.js';
import type { Issue } from '../../../profiles/issue.ts';
import type { Traced } from '../../draft.ts';
import type { Unused } from '../../mapping.ts';
import { Entries } from './entries.ts';
import { header, type V2Partner, type V2Stamp, type Writing } from './partner.ts';
import { passedIn } from './rest.ts';
import { encodeSheet, traceSheet } from './encode-sheet.ts';
import type { SheetSegment } from './sheet.ts';

export interface V2Mapping {
  readonly id: string;
  /** Semantic version. */
  readonly version: string;
  /** MSH-9: type, event, structure. */
  readonly type: readonly [string, string, string];
  /** All segments but MSH; issues when the Bundle holds nothing this message could say. */
  write(writing: Writing): readonly SheetSegment[] | { readonly issues: readonly Issue[] };
}

export type WrittenV2 =
  | {
      readonly ok: true;
      readonly mapping: { readonly id: string; readonly version: string };
      /** `ORU^R01`. */
      readonly type: string;
      readonly bytes: Uint8Array;
      /** Every cell with the place in the Bundle it came from. */
      readonly values: () => readonly Traced[];
      /** Values of the Bundle that are not in the message, each with the reason. */
      readonly unused: () => readonly Unused[];
    }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** Refused: nothing to say, nobody to say it of (rule `no-patient`), or a character that the partner's set lacks (rule `charset`). */
export function writeV2(
  mapping: V2Mapping,
  bundle: Bundle<FhirResource>,
  partner: V2Partner,
  stamp: V2Stamp,
): WrittenV2 {
  const writing: Writing = { entries: new Entries(bundle), partner, stamp };
  const body = mapping.write(writing);
  if ('issues' in body) return { ok: false, issues: body.issues };
  if (!body.some(({ name }) => name === 'PID')) {
    const text = 'no patient is named: neither a Patient, nor a number of one';
    return {
      ok: false,
      issues: [{ severity: 'error', code: 'required', expression: 'Bundle', text, rule: 'no-patient' }],
    };
  }
  const segments = [header(writing, mapping.type), ...body];
  const encoded = encodeSheet(segments, partner.charset);
  if (!encoded.ok) return encoded;
  const { id, version, type } = mapping;
  return {
    ok: true,
    mapping: { id, version },
    type: `${type[0]}^${type[1]}`,
    bytes: encoded.bytes,
    values: () => traceSheet(segments),
    unused: () => passedIn(writing.entries),
  };
}
