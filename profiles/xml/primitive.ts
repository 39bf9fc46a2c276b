import { WRITTEN, type WithWritten } from '../json/decimal.ts';
import { XmlFault } from './fault.ts';

/** JSON writes these as they stand (RFC 8259 §6); a number in any other form stays text, and the structure check says so. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const NUMBERS: ReadonlySet<string> = new Set(['decimal', 'integer', 'positiveInt', 'unsignedInt']);

/** Puts a primitive of this R4 type at `parent[key]`; a decimal keeps the text it was written in. */
export function putPrimitive(parent: object, key: string | number, typeName: string, text: string): void {
  const value = valueOf(typeName, text);
  Reflect.set(parent, key, value);
  if (typeof value !== 'number' || String(value) === text) return;
  const holder: WithWritten & object = parent;
  const written = holder[WRITTEN] ?? {};
  holder[WRITTEN] = written;
  written[key] = text;
}

function valueOf(typeName: string, text: string): string | number | boolean {
  if (typeName === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (!NUMBERS.has(typeName) || !NUMBER.test(text)) return text;
  const value = Number(text);
  if (!Number.isFinite(value)) throw new XmlFault('this number is too large to be read', 'xml-number');
  return value;
}
