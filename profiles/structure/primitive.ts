import { writtenNumber } from '../json/decimal.ts';
import { isDate, isDateTime, isInstant, isTime } from './date.ts';

/** What is wrong with a primitive: `type` when JSON holds another kind of value, else the words of the rule. */
type PrimitiveFault = { readonly kind: 'type' | 'value'; readonly text: string } | null;
export type PrimitiveCheck = (value: unknown, parent: object, key: string | number) => PrimitiveFault;

const MEGABYTE = 1024 * 1024;
// R4 §string: no characters below U+0020 but tab, line feed, return. Half a surrogate pair is no character and
// would leave here as U+FFFD.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]|\p{Surrogate}/u;
/** What FORBIDDEN could mean, without looking at pairs: most text has none of it. */
const UNUSUAL = /[^\t\n\r -\ud7ff]/;
const BEYOND_BASE64 = /[^A-Za-z0-9+/]/g;

const typeFault = (text: string): PrimitiveFault => ({ kind: 'type', text });
const valueFault = (text: string): PrimitiveFault => ({ kind: 'value', text });

/** A check of a text, that is given neither an empty text nor forbidden characters. */
function text(accepts: (text: string) => boolean, rule: string): PrimitiveCheck {
  const wrong = valueFault(rule);
  return (value) => {
    if (typeof value !== 'string') return typeFault('must be a JSON string');
    if (value === '') return valueFault('must not be empty');
    if (!accepts(value)) return wrong;
    return UNUSUAL.test(value) && FORBIDDEN.test(value)
      ? valueFault('holds control characters or half a character')
      : null;
  };
}

const pattern = (expression: RegExp, rule: string) => text((value) => expression.test(value), rule);

function integer(lowest: number, rule: string): PrimitiveCheck {
  return (value, parent, key) => {
    if (typeof value !== 'number') return typeFault('must be a JSON number');
    const written = writtenNumber(parent, key);
    if (!Number.isInteger(value) || value < lowest || value > 2147483647) return valueFault(rule);
    return written === undefined || /^-?\d+$/.test(written)
      ? null
      : valueFault('must be written without fraction or exponent');
  };
}

const plainText = text((value) => value.length <= MEGABYTE, 'must not be longer than 1,048,576 characters');
const noSpaces = (rule: string) => pattern(/^\S+$/, rule);

/** R4 §datatypes, by primitive type. Every expression here is linear in the length of the text. */
export const PRIMITIVES: Readonly<Record<string, PrimitiveCheck>> = {
  boolean: (value) => (typeof value === 'boolean' ? null : typeFault('must be true or false')),
  integer: integer(-2147483648, 'must be a whole number of 32 bits'),
  unsignedInt: integer(0, 'must be a whole number of 0 or more'),
  positiveInt: integer(1, 'must be a whole number of 1 or more'),
  decimal: (value) =>
    typeof value !== 'number'
      ? typeFault('must be a JSON number')
      : Number.isFinite(value)
        ? null
        : valueFault('is too large for a decimal'),
  string: plainText,
  markdown: plainText,
  uri: noSpaces('must be a URI without spaces'),
  url: noSpaces('must be a URL without spaces'),
  canonical: noSpaces('must be a canonical without spaces'),
  oid: pattern(/^urn:oid:[0-2](?:\.(?:0|[1-9]\d*))+$/, 'must be an OID as urn:oid:…'),
  uuid: pattern(/^urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'must be a lower case UUID as urn:uuid:…'),
  id: pattern(/^[A-Za-z0-9\-.]{1,64}$/, 'must be 1 to 64 letters, digits, dashes or dots'),
  code: pattern(/^\S+(?:\s\S+)*$/, 'must be a code: no spaces around it, no double spaces within'),
  date: text(isDate, 'must be an existing date: YYYY, YYYY-MM or YYYY-MM-DD'),
  dateTime: text(isDateTime, 'must be an existing date, or a full date and time with a zone'),
  instant: text(isInstant, 'must be an existing date and time to the second with a zone'),
  time: text(isTime, 'must be a time hh:mm:ss'),
  base64Binary: text(isBase64, 'must be base64'),
  xhtml: text((value) => value.trimStart().startsWith('<div') && value.trimEnd().endsWith('>'), 'must be an XHTML div'),
};

/** One pass: up to the first character outside the alphabet at the speed of a regular expression, the rest by hand. */
export function isBase64(value: string): boolean {
  BEYOND_BASE64.lastIndex = 0;
  const first = BEYOND_BASE64.exec(value)?.index;
  if (first === undefined) return value.length % 4 === 0;
  let digits = first;
  let padding = 0;
  for (let index = first; index < value.length; index++) {
    const unit = value.charCodeAt(index);
    if (unit === 32 || (unit >= 9 && unit <= 13)) continue;
    if (unit === 61) padding++;
    else if (padding > 0 || !isBase64Digit(unit)) return false;
    else digits++;
  }
  return padding <= 2 && digits > 0 && (digits + padding) % 4 === 0;
}

const isBase64Digit = (unit: number) =>
  (unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122) || (unit >= 48 && unit <= 57) || unit === 43 || unit === 47;
