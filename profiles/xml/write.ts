/** A resource as FHIR XML (R4 xml.html): elements in the order of their definitions, decimals as they were written. */
import { writtenNumber } from '../json/decimal.ts';
import { isResourceType } from '../r4/definitions.ts';
import { shapeOf, type Shape, type Slot } from '../structure/shape.ts';
import { FHIR, XHTML } from './names.ts';
import { isNarrative } from './read.ts';

/** What JSON can say and XML cannot: a character XML 1.0 has not, a narrative that is not well-formed, an unknown element. */
export class Unwritable extends Error {
  override readonly name = 'Unwritable';
}

type Json = Readonly<Record<string, unknown>>;

/** `resource` has passed the structure check, or is one of ours. @throws Unwritable */
export function writeXml(resource: unknown): string {
  const parts = ['<?xml version="1.0" encoding="UTF-8"?>\n'];
  writeResource(resource, parts, ` xmlns="${FHIR}"`);
  return parts.join('');
}

function writeResource(resource: unknown, parts: string[], namespace: string): void {
  const type = isJson(resource) ? resource['resourceType'] : undefined;
  if (!isJson(resource) || typeof type !== 'string' || !isResourceType(type)) throw new Unwritable('no R4 resource');
  parts.push(`<${type}${namespace}>`);
  writeChildren(resource, shapeOf(type), parts);
  parts.push(`</${type}>`);
}

function writeChildren(value: Json, shape: Shape, parts: string[]): void {
  const unknown = Object.keys(value).some((key) => !shape.slots.has(key) && key !== 'resourceType');
  if (unknown) throw new Unwritable('an element R4 does not have');
  for (const slot of shape.slots.values()) {
    if (slot.underscore || isAttribute(shape, slot)) continue;
    const said = value[slot.name];
    const extra = value[`_${slot.name}`];
    if (said === undefined && extra === undefined) continue;
    if (slot.check !== null) writePrimitives(value, slot, said, extra, parts);
    else for (const item of Array.isArray(said) ? said : [said]) writeItem(item, slot, parts);
  }
}

const isAttribute = (shape: Shape, { name }: Slot): boolean =>
  !shape.isResource && (name === 'id' || (name === 'url' && shape.name === 'Extension'));

function writeItem(item: unknown, slot: Slot, parts: string[]): void {
  if (!isJson(item)) throw new Unwritable('an element that is not of its type');
  if (slot.isResource) {
    parts.push(`<${slot.name}>`);
    writeResource(item, parts, '');
    parts.push(`</${slot.name}>`);
    return;
  }
  const shape = slot.shape();
  const url = shape.name === 'Extension' ? attribute('url', item['url']) : '';
  parts.push(`<${slot.name}${attribute('id', item['id'])}${url}>`);
  writeChildren(item, shape, parts);
  parts.push(`</${slot.name}>`);
}

function writePrimitives(holder: Json, slot: Slot, said: unknown, extra: unknown, parts: string[]): void {
  if (!Array.isArray(said) && !Array.isArray(extra)) return writePrimitive(holder, slot.name, slot, extra, parts);
  const values: readonly unknown[] = Array.isArray(said) ? said : [];
  const extras: readonly unknown[] = Array.isArray(extra) ? extra : [];
  for (let index = 0; index < Math.max(values.length, extras.length); index++) {
    writePrimitive(values, index, slot, extras[index], parts);
  }
}

/** `parent[key]` is the value; `extra` holds its id and extensions. */
function writePrimitive(parent: object, key: string | number, slot: Slot, extra: unknown, parts: string[]): void {
  const value: unknown = Reflect.get(parent, key) ?? undefined;
  if (slot.typeName === 'xhtml') {
    if (extra !== undefined) throw new Unwritable('an extension on a narrative');
    parts.push(narrativeOf(value));
    return;
  }
  const text = typeof value === 'number' ? (writtenNumber(parent, key) ?? value) : value;
  const { id, extension, ...rest } = isJson(extra) ? extra : {};
  if (Object.keys(rest).length > 0) throw new Unwritable('an element R4 does not have');
  parts.push(`<${slot.name}${attribute('id', id)}${attribute('value', text)}`);
  if (extension === undefined) parts.push('/>');
  else {
    parts.push('>');
    writeChildren({ extension }, shapeOf('Element'), parts);
    parts.push(`</${slot.name}>`);
  }
}

/** As it stands; only what XML without a document type asks for is added: the namespace, and `&nbsp;` by its number. */
function narrativeOf(div: unknown): string {
  if (typeof div !== 'string') throw new Unwritable('a narrative that is no text');
  const plain = div.trim().replaceAll('&nbsp;', '&#160;');
  const named = /^<div[^>]*\sxmlns=/.test(plain) ? plain : plain.replace(/^<div/, `<div xmlns="${XHTML}"`);
  if (BEYOND_XML.test(named) || !isNarrative(named)) throw new Unwritable('a narrative that is no well-formed XHTML');
  return named;
}

/** XML 1.0 §2.2: no other characters, not even by number. */
const BEYOND_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // A parser makes spaces of these where they stand as they are (XML 1.0 §3.3.3).
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

function attribute(name: string, value: unknown): string {
  if (value === undefined) return '';
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw new Unwritable('a value that is no primitive');
  }
  const text = String(value);
  if (BEYOND_XML.test(text)) throw new Unwritable('a character XML does not have');
  return ` ${name}="${text.replace(/[&<>"\t\n\r]/g, (found) => ESCAPES[found] ?? found)}"`;
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
