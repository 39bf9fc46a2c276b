/** Writes HL7 v2 messages (ER7): the inverse of parse. */
import { charsetNamed, encode } from './charset.ts';
import { escapeText } from './escape.ts';
import type { Delimiters } from './message.ts';

/** A text, escaped on writing; or `raw`, as it stands: HL7 null. */
export type PartDraft = string | { readonly raw: string };

/** A component, or its subcomponents. */
type ComponentDraft = PartDraft | readonly PartDraft[];

export type FieldDraft =
  | string
  | undefined
  /** Taken over from another message as it stands, escapes and all. */
  | { readonly raw: string }
  | { readonly components: readonly (ComponentDraft | undefined)[] }
  | { readonly repetitions: readonly { readonly components: readonly (ComponentDraft | undefined)[] }[] };

export interface SegmentDraft {
  readonly name: string;
  /** From field 1 on; of MSH from MSH-3 on, its delimiters are written from `delimiters`. */
  readonly fields: readonly FieldDraft[];
}

export interface MessageDraft {
  readonly delimiters: Delimiters;
  /** In HL7 words (`8859/1`, `UNICODE UTF-8`); MSH-18 is the caller's to set. */
  readonly charset: string;
  readonly segments: readonly SegmentDraft[];
}

/** Each segment ends in CR; trailing empty fields and components are left out (HL7 v2.5 §2.6). */
export function encodeMessage({ delimiters, charset, segments }: MessageDraft): Uint8Array {
  const text = segments.map((segment) => writeSegment(segment, delimiters)).join('');
  return encode(text, charsetNamed(charset) ?? 'ASCII');
}

function writeSegment({ name, fields }: SegmentDraft, delimiters: Delimiters): string {
  const { field, component, repetition, escape, subcomponent } = delimiters;
  const head = name === 'MSH' ? [name, component + repetition + escape + subcomponent] : [name];
  return `${joined([...head, ...fields.map((draft) => writeField(draft, delimiters))], field)}\r`;
}

function writeField(draft: FieldDraft, delimiters: Delimiters): string {
  if (draft === undefined) return '';
  if (typeof draft === 'string') return escapeText(draft, delimiters);
  if ('raw' in draft) return draft.raw;
  if ('components' in draft) return writeComponents(draft.components, delimiters);
  return joined(
    draft.repetitions.map(({ components }) => writeComponents(components, delimiters)),
    delimiters.repetition,
  );
}

const isList = (component: ComponentDraft): component is readonly PartDraft[] => Array.isArray(component);

function writeComponents(components: readonly (ComponentDraft | undefined)[], delimiters: Delimiters): string {
  const texts = components.map((component) => {
    const parts = component === undefined ? [] : isList(component) ? component : [component];
    // A sender without a subcomponent delimiter cannot be told them apart; a space keeps the words readable.
    return joined(
      parts.map((part) => (typeof part === 'string' ? escapeText(part, delimiters) : part.raw)),
      delimiters.subcomponent || ' ',
    );
  });
  return joined(texts, delimiters.component);
}

function joined(texts: readonly string[], separator: string): string {
  let last = texts.length;
  while (last > 0 && texts[last - 1] === '') last--;
  return texts.slice(0, last).join(separator);
}
