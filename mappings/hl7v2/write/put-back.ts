/**
 * What the gateway once kept of an HL7 v2 message as `wk-source-field` goes back to the field it came from, where that
 * segment is written again.
 */
import type { Extension } from 'fhir/r4.js';
import { Leaf } from '../../draft.ts';
import { NULL } from '../parsed-cell.ts';
import { SOURCE_FIELD } from '../segments/remainder.ts';
import { DELETES, type SheetSegment } from './sheet.ts';
import { each, type Spot } from './spot.ts';

const RULE = 'write.put-back';
const PATH = /^([A-Z][A-Z0-9]{2})(?:\[(\d+)\])?-(\d+)(?:\[(\d+)\])?(?:\.(\d+))?(?:\.(\d+))?$/;

/** An end that was taken back (ADT A13) is kept as a field; put back it would be an end. */
const SAYS_MORE = /^PV1-(36|37|45)\b/;

/** Puts source fields back into the segments of the same name; those of a second segment of that name stay words. */
export function putBack(
  resource: Spot<{ extension?: Extension[] | undefined }>,
  segments: readonly SheetSegment[],
): void {
  const ordinals = new Map<string, string>();
  for (const kept of each<Extension>(resource.at('extension'))) {
    if (kept.value?.url !== SOURCE_FIELD) continue;
    const parts = each(kept.at('extension'));
    const [path, value] = ['path', 'value'].map((url) => parts.find((part) => part.value?.url === url));
    const [, name = '', ordinal = '', field, repetition = '1', component = '1', sub = '1'] =
      PATH.exec(path?.value?.valueString ?? '') ?? [];
    const text = value?.at('valueString');
    const segment = segments.find((one) => one.name === name);
    if (field === undefined || text?.value === undefined || segment === undefined) continue;
    if (SAYS_MORE.test(path?.value?.valueString ?? '') && text.value !== NULL) continue;
    if ((ordinals.get(name) ?? ordinal) !== ordinal) continue;
    ordinals.set(name, ordinal);
    const rule = text.value === NULL ? DELETES : RULE;
    const leaf = new Leaf(text.value, text, rule);
    const how = segment.fill(Number(field), Number(repetition), Number(component), Number(sub), leaf);
    if (how === 'taken') continue;
    if (how === 'put') text.said(RULE);
    kept.pass(how === 'put' ? 'put back where it came from' : 'stands there already');
  }
}
