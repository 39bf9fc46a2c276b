/** Whether the value of a leaf can be told from the place it names, and how; a value that cannot be told is invented. */
import type { Traced } from '../../mappings/draft.ts';
import { CONCEPT_MAPS, type ConceptMap } from '../../mappings/terminology/translate.ts';
import type { Filled } from './places.ts';
import { FIELD_TABLES, REGISTERS, SORTS, SYSTEMS } from './systems.ts';
import { TABLES } from './tables.ts';

export type Kind =
  | 'as said'
  | 'number'
  | 'number of a range'
  | 'time'
  | 'composed of cells'
  | 'name of the place'
  | 'null'
  | 'system by its name'
  | 'translated by a ConceptMap'
  | 'by a table';

export interface Valued extends Traced {
  readonly value: unknown;
}

const BASE = 'https://fhir.wijkkliniek.example';
const ZONE = 'Europe/Amsterdam';

const tidy = (text: string): string => text.trim().replace(/\s+/g, ' ');
const wordsOf = (text: string): readonly string[] => text.match(/[\p{L}\p{N}]+/gu) ?? [];

/** @returns undefined: nothing explains the value */
export function explanationOf(leaf: Valued, place: Filled): Kind | undefined {
  const { value, source, terminology } = leaf;
  const text = tidy(place.text);
  if (terminology !== null) return isTranslated(leaf, text) ? 'translated by a ConceptMap' : undefined;
  if (value === source && leaf.path.endsWith('.extension[0].valueString')) return 'name of the place';
  if (place.isNull) return value === '""' ? 'null' : undefined;
  if (typeof value === 'string' && tidy(value) === text) return 'as said';
  if (typeof value === 'number' && isNumber(value, text)) return 'number';
  if (typeof value === 'number' && isBound(leaf.path, value, place)) return 'number of a range';
  if (typeof value === 'string' && isTime(leaf.path, value, text, place.offset)) return 'time';
  if (leaf.path.endsWith('.system') && isSystem(String(value), text, place)) return 'system by its name';
  if (TABLES.some(({ rules, at, says }) => rules.test(leaf.rule) && at.test(leaf.path) && says(text, value)))
    return 'by a table';
  return typeof value === 'string' && isComposed(value, place) ? 'composed of cells' : undefined;
}

const isNumber = (value: number, text: string): boolean => /^[+-]?\d+(?:\.\d+)?$/.test(text) && Number(text) === value;

/** `3.5 - 5.0` (OBX-7): the first number is the low one. */
function isBound(path: string, value: number, { field, text }: Filled): boolean {
  if (field !== 'OBX-7') return false;
  const [, low, high] = /^\s*(-?[\d.]+)\s*(?:-|tot)\s*(-?[\d.]+)\s*$/.exec(text) ?? [];
  return value === Number(path.endsWith('.low.value') ? low : high);
}

/** What a ConceptMap calls it: the code, the system or the words of a target of that very code. */
function isTranslated({ value, terminology }: Valued, text: string): boolean {
  const map = Object.values<ConceptMap>(CONCEPT_MAPS).find(({ url }) => url === terminology);
  return (map?.group ?? []).some(({ target: system, element }) =>
    element
      .filter(({ code }) => code === text)
      .some(
        ({ target }) => value === system || target.some(({ code, display }) => value === code || value === display),
      ),
  );
}

/** The digits of the message, no more precise; its own offset, else that of MSH-7 or of the zone at that time. */
function isTime(path: string, value: string, text: string, ofMessage: string): boolean {
  const clockOnly = /^(\d{2}):(\d{2}):(\d{2})$/.exec(value);
  if (clockOnly !== null) return /^\d{4,6}$/.test(text) && clockOnly.slice(1).join('') === text.padEnd(6, '0');
  const [, digits = '', fraction = '', offset] = /^(\d{4,14})(\.\d+)?([+-]\d{4})?$/.exec(text) ?? [];
  const [, date = '', clock, said = ''] = /^([\d-]+)(?:T([\d:.]+)([+-]\d{2}:\d{2}))?$/.exec(value) ?? [];
  const day = date.replaceAll('-', '');
  if (digits === '') return false;
  if (clock === undefined) return digits === day || (path.endsWith('.birthDate') && digits.slice(0, 8) === day);
  if (digits.length < 10 || `${day}${clock.replaceAll(':', '')}` !== digits.padEnd(14, '0') + fraction) return false;
  if (offset === undefined && isOnTheClock(value)) return true;
  return said.replace(':', '') === (offset ?? ofMessage);
}

const wallClock = new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, dateStyle: 'short', timeStyle: 'medium' });
const isOnTheClock = (value: string): boolean =>
  wallClock.format(new Date(value)).replace(' ', 'T') === value.slice(0, 19);

function isSystem(value: string, text: string, place: Filled): boolean {
  const { field, component } = place;
  if (value === `urn:oid:${text}` || value === `urn:uuid:${text.toLowerCase()}`) return true;
  if (value === SYSTEMS[text] || value === `${BASE}/CodeSystem/local/${encodeURIComponent(text)}`) return true;
  if (value === `http://terminology.hl7.org/CodeSystem/v2-${/^HL7(\d{4})$/.exec(text)?.[1] ?? '-'}`) return true;
  if (component <= 1 && value === `http://terminology.hl7.org/CodeSystem/v2-${FIELD_TABLES[field] ?? '-'}`) return true;
  if (REGISTERS.some(({ name, fields, system }) => name === text && fields.test(field) && system === value))
    return true;
  // A patient class of the sender's own.
  if (field === 'PV1-2' && value === `${BASE}/CodeSystem/local/PV1-2`) return !/^[EIOPRBCNU]$/.test(text);
  return isNumbering(value, place);
}

/** `{base}/NamingSystem/local/{sort}[-{type}][/{assigner}]`: all of it from the field and its repetition. */
function isNumbering(value: string, { field, around }: Filled): boolean {
  const [, sort = '', assigner = ''] = /NamingSystem\/local\/([^/]+)(?:\/([^/]+))?$/.exec(value) ?? [];
  const [named, type] = Object.keys(SORTS).includes(sort) ? [sort] : sort.split(/(?<=^patient)-/);
  if (SORTS[named ?? '']?.includes(field) !== true && type === undefined) return false;
  if (type !== undefined && !around.some((one) => one.toLowerCase() === decodeURIComponent(type))) return false;
  const words = around.flatMap(wordsOf);
  return wordsOf(decodeURIComponent(assigner)).every((word) => words.includes(word));
}

/** Words that stand between the cells of a composed text. */
const GLUE: readonly string[] = ['Eenheid', 'Dosis', 'Snelheid', 'Hoeveelheid'];

/** All its words from the repetition and what is told with it, and every word of the cell itself among them. */
function isComposed(value: string, { text, around, besides }: Filled): boolean {
  const words = wordsOf(plain(value));
  const known = new Set([...around, ...besides, text].flatMap(wordsOf));
  return (
    words.length > 0 &&
    words.every((word) => known.has(word) || GLUE.includes(word)) &&
    wordsOf(text).every((word) => words.includes(word))
  );
}

/** A narrative without its tags. */
const plain = (text: string): string =>
  text.startsWith('<div')
    ? text
        .replace(/<[^>]*>/g, ' ')
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&quot;', '"')
        .replaceAll('&amp;', '&')
    : text;
