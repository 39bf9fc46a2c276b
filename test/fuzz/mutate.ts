/** Damage: bytes anywhere, fields and segments of HL7 v2, nodes of JSON. Every message keeps a key of its own. */
import { between, pick, type Random } from '../faults/random.ts';
import type { Sample } from './corpus.ts';

/** Pieces that have broken readers of HL7 v2, JSON and FHIR before. */
const PIECES: readonly (string | Buffer)[] = [
  ...['|', '^', '~', '\\', '&', '\r', '\n', '\r\n', '""', '"', '{', '}', '[', ']', ',', ':', ' ', '\t', '#', '$', '%'],
  ...['\\.br\\', '\\X0D\\', '\\X00\\', '\\XFFFE\\', '\\E\\T\\E\\', '\\Z1\\', '\\C2842\\', '\\H\\', '\\', '\\F\\'],
  ...['\u0000', '\u000b', '\u001c', '\u001c\r', '\u007f', '\u0085', '\u2028', '\ufeff', 'é', '€', '🚑', '\ufffd'],
  ...['MSH|', 'MSH|^~\\&', '\rOBX|1|NM|', '\rPID|', '\rADD|x', '\rDSC|1', '\rZZZ|1', 'BHS|', '\rORC|NW', '\rOBR|'],
  ...['0', '-0', '-1', '1e999', '5.60', '00005', '9007199254740993', '0.1e-400', 'NaN', 'null', 'true', '[]', '{}'],
  ...['20261025023000', '20260329023000', '20260231', '99999999', '+9999', '1900', '24:00', '999900006', '999911120'],
  ...['__proto__', 'constructor', 'toString', '"resourceType":', '"Bundle"', 'urn:uuid:', 'Patient/1', '#', '../..'],
  ...['\\u0000', '\\ud800', '\\', '<script>', '<div xmlns="http://www.w3.org/1999/xhtml">', '&lt;', "';--", '%00'],
  ...[
    '<',
    '>',
    '/>',
    '</',
    ' value="',
    'value=""',
    '&amp;',
    '&#0;',
    '&#xD800;',
    '<!DOCTYPE x [<!ENTITY a "b">]>',
    '<![CDATA[',
    ']]>',
    '<?xml version="1.1"?>',
    ' xmlns="urn:x"',
    '<id value="1"/>',
    '<extension url="urn:x"><valueString value="y"/></extension>',
  ],
  Buffer.from([0xff]),
  Buffer.from([0xc3]),
  Buffer.from([0xe2, 0x82]),
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.from([0xf8, 0x88, 0x80, 0x80, 0x80]),
  Buffer.from([0x80]),
  '['.repeat(400),
  '{"a":'.repeat(400),
  'A'.repeat(5_000),
  '~'.repeat(300),
  '\rNTE|1||x'.repeat(100),
];

const pieceOf = (random: Random): Buffer => Buffer.from(pick(random, PIECES));

const randomBytes = (random: Random, most: number): Buffer =>
  Buffer.from(Array.from({ length: between(random, 0, most) }, () => between(random, 0, 256)));

/** One wound to the bytes, wherever it falls. */
function wound(bytes: Buffer, random: Random, other: Buffer): Buffer {
  const at = between(random, 0, bytes.length + 1);
  const to = Math.min(bytes.length, at + between(random, 0, random() < 0.5 ? 4 : 200));
  const [head, cut, tail] = [bytes.subarray(0, at), bytes.subarray(at, to), bytes.subarray(to)];
  switch (between(random, 0, 8)) {
    case 0:
      return Buffer.concat([head, randomBytes(random, 12), tail]);
    case 1:
    case 2:
      return Buffer.concat([head, pieceOf(random), bytes.subarray(at)]);
    case 3:
      return Buffer.concat([head, pieceOf(random), tail]);
    case 4:
      return Buffer.concat([head, tail]);
    case 5:
      return Buffer.concat([head, cut, cut, tail]);
    case 6: {
      const from = between(random, 0, other.length + 1);
      return Buffer.concat([head, other.subarray(from, from + between(random, 0, 400)), tail]);
    }
    default:
      return random() < 0.3
        ? Buffer.from(head)
        : Buffer.from(bytes.map((byte, i) => (i === at ? byte ^ (1 << between(random, 0, 8)) : byte)));
  }
}

/** One change to a field or a segment, in latin1 so that every byte stays what it is. */
function changeField(bytes: Buffer, random: Random, other: Buffer): Buffer {
  const segments = bytes.toString('latin1').split(/\r\n|\r|\n/);
  const others = other.toString('latin1').split(/\r\n|\r|\n/);
  const row = between(random, 0, segments.length);
  switch (between(random, 0, 6)) {
    case 0:
      segments.splice(row, 1);
      break;
    case 1:
      segments.splice(row, 0, segments[between(random, 0, segments.length)] ?? '');
      break;
    case 2:
      segments.splice(row + 1, 0, pick(random, others));
      break;
    default: {
      const fields = (segments[row] ?? '').split('|');
      const given = random() < 0.5 ? pieceOf(random).toString('latin1') : pick(random, pick(random, others).split('|'));
      const field = between(random, 0, fields.length + 3);
      while (fields.length <= field) fields.push('');
      fields[field] = random() < 0.2 ? `${fields[field] ?? ''}${pick(random, ['^', '~', '&'])}${given}` : given;
      segments[row] = fields.join('|');
    }
  }
  return Buffer.from(segments.join('\r'), 'latin1');
}

/** One tag of XML taken away, said twice, moved, or given another value. */
function changeTag(bytes: Buffer, random: Random): Buffer {
  const tags = bytes.toString('utf8').split(/(?=<)/);
  const row = between(random, 0, tags.length);
  const tag = tags[row] ?? '';
  const choice = between(random, 0, 4);
  if (choice === 0) tags.splice(row, 1);
  else if (choice === 1) tags.splice(row, 0, tag);
  else if (choice === 2) tags.splice(between(random, 0, tags.length), 0, tag);
  else tags[row] = tag.replace(/"[^"]*"/, () => `"${pieceOf(random).toString('utf8')}"`);
  return Buffer.from(tags.join(''));
}

const ODD_VALUES: readonly unknown[] = [
  ...[null, true, 0, -1, 1e30, 5.6, '', ' ', 'x', '\u0000', '\ud800', '999900006', '2026-02-31', '2026-11-20'],
  ...[[], {}, [null], [[]], [{}], { resourceType: 'Patient' }, { reference: 'Patient/1' }, { reference: '#' }],
  ...[
    { coding: [{ system: 'http://snomed.info/sct', code: '308292007' }] },
    { __proto__: null, value: 1 },
    'a'.repeat(3_000),
  ],
];

/** One change to a node of a JSON value, in place. */
function changeNode(root: unknown, random: Random): void {
  let holder: Record<string, unknown> | null = null;
  let key = '';
  for (let at: unknown = root; typeof at === 'object' && at !== null; at = holder[key]) {
    const keys = Object.keys(at);
    if (keys.length === 0 || (holder !== null && random() < 0.15)) break;
    holder = at as Record<string, unknown>;
    key = pick(random, keys);
  }
  if (holder === null) return;
  const value = holder[key];
  const choice = between(random, 0, 6);
  if (choice === 0 && !Array.isArray(holder)) Reflect.deleteProperty(holder, key);
  else if (choice === 1 && Array.isArray(value)) value.push(...(value as unknown[]));
  else if (choice === 2)
    holder[pick(random, ['extension', '_status', 'id', 'value', 'contained', 'x'])] = structuredClone(value);
  else if (choice === 3) holder[key] = [value];
  else holder[key] = structuredClone(pick(random, ODD_VALUES));
}

/** Its own control id, identifier or requestId, so that it is no duplicate of another. */
function withKey({ kind, bytes }: Sample, number: number, random: Random, changes: number): Buffer {
  if (kind === 'hl7v2') {
    const text = bytes.toString('latin1');
    const end = /[\r\n]/.exec(text)?.index ?? text.length;
    const header = text.slice(0, end).split('|');
    if (header.length > 9) header[9] = `F${number}`;
    return Buffer.from(header.join('|') + text.slice(end), 'latin1');
  }
  if (kind === 'fhir-xml') {
    const key = `<identifier><system value="urn:fuzz"/><value value="F${number}"/></identifier>`;
    const text = bytes.toString('utf8').replace(/<identifier>.*?<\/identifier>(?=<type)/s, '');
    return Buffer.from(text.replace('<type value', `${key}<type value`));
  }
  const value = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
  if (kind === 'transfer') value['requestId'] = `F${number}`;
  else value['identifier'] = { system: 'urn:fuzz', value: `F${number}` };
  for (let change = 0; change < changes; change++) changeNode(value, random);
  return Buffer.from(JSON.stringify(value));
}

/** A damaged message: now and then none at all, mostly one to four changes, some pure noise. */
export function mutated(sample: Sample, other: Sample, number: number, random: Random): Buffer {
  const kind = random();
  if (kind < 0.02) return randomBytes(random, 600);
  if (kind < 0.05) return Buffer.concat(Array.from({ length: 1 + between(random, 0, 30) }, () => pieceOf(random)));
  const changes = between(random, 0, 4);
  let bytes = withKey(sample, number, random, changes);
  if (sample.kind === 'hl7v2') {
    for (let change = 0; change < changes; change++) bytes = changeField(bytes, random, other.bytes);
  }
  // A wound to JSON mostly ends at its first broken brace: most of it is changed node by node.
  if (sample.kind === 'fhir-xml') for (let change = 0; change < changes; change++) bytes = changeTag(bytes, random);
  const wounds = kind < (sample.kind === 'hl7v2' ? 0.5 : 0.85) ? 0 : 1 + between(random, 0, 3);
  for (let count = 0; count < wounds; count++) bytes = wound(bytes, random, other.bytes);
  return bytes;
}
