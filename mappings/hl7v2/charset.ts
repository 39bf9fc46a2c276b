/**
 * Character sets of HL7 v2 messages (MSH-18, HL7 table 0211). A byte that has no meaning in the set refuses the message:
 * a name with a hole in it is worse than no name. JavaScript's `iso-8859-1` is really windows-1252, hence our own tables.
 */

/** The names this gateway decodes, as the region file writes them. */
export type Charset = 'ASCII' | '8859/1' | '8859/15' | 'UNICODE UTF-8' | 'windows-1252';

const SPELLINGS: Readonly<Record<string, Charset>> = {
  ASCII: 'ASCII',
  USASCII: 'ASCII',
  ISOIR6: 'ASCII',
  '88591': '8859/1',
  ISO88591: '8859/1',
  ISOIR100: '8859/1',
  LATIN1: '8859/1',
  '885915': '8859/15',
  ISO885915: '8859/15',
  LATIN9: '8859/15',
  UNICODE: 'UNICODE UTF-8',
  UNICODEUTF8: 'UNICODE UTF-8',
  UTF8: 'UNICODE UTF-8',
  WINDOWS1252: 'windows-1252',
  CP1252: 'windows-1252',
};

/** The set a name stands for, whatever its punctuation (`8859/1`, `ISO-8859-1`, `UNICODE UTF-8`, `utf-8`); null: unknown. */
export const charsetNamed = (name: string): Charset | null =>
  SPELLINGS[name.toUpperCase().replace(/[^A-Z0-9]/g, '')] ?? null;

/** windows-1252, bytes 0x80 to 0x9F; a space marks a byte without meaning. */
const WINDOWS = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';
/** Where ISO 8859-15 differs from ISO 8859-1. */
const LATIN9: readonly (readonly [number, string])[] = [
  [0xa4, '€'],
  [0xa6, 'Š'],
  [0xa8, 'š'],
  [0xb4, 'Ž'],
  [0xb8, 'ž'],
  [0xbc, 'Œ'],
  [0xbd, 'œ'],
  [0xbe, 'Ÿ'],
];

interface Table {
  /** Per byte its character; '' for a byte without meaning. */
  readonly decode: readonly string[];
  readonly encode: ReadonlyMap<string, number>;
}

function table(highest: number, replaced: readonly (readonly [number, string])[]): Table {
  // 0x80-0x9F are control characters in the ISO sets: nothing a sender means, nearly always windows-1252 under a wrong name.
  const decode = Array.from({ length: 256 }, (_, byte) =>
    byte > highest || (byte >= 0x80 && byte <= 0x9f) ? '' : String.fromCharCode(byte),
  );
  for (const [byte, character] of replaced) decode[byte] = character === ' ' ? '' : character;
  return {
    decode,
    encode: new Map(decode.flatMap((character, byte) => (character === '' ? [] : [[character, byte]]))),
  };
}

const TABLES: Readonly<Record<Exclude<Charset, 'UNICODE UTF-8'>, Table>> = {
  ASCII: table(0x7f, []),
  '8859/1': table(0xff, []),
  '8859/15': table(0xff, LATIN9),
  'windows-1252': table(
    0xff,
    Array.from(WINDOWS, (character, index) => [0x80 + index, character] as const),
  ),
};

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const TO_UTF8 = new TextEncoder();
const LATIN1_SAFE = new TextDecoder('latin1');

export type Decoded =
  | { readonly ok: true; readonly text: string }
  /** `offset`: first byte that has no meaning in the set, from 0; -1 when the decoder does not tell. */
  | { readonly ok: false; readonly offset: number };

/** Decodes bytes without a byte order mark; never yields U+FFFD for a byte it does not know. */
export function decode(bytes: Uint8Array, charset: Charset): Decoded {
  if (charset === 'UNICODE UTF-8') {
    try {
      return { ok: true, text: UTF8.decode(bytes) };
    } catch {
      return { ok: false, offset: -1 };
    }
  }
  const { decode: characters } = TABLES[charset];
  let plain = true;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0;
    if (byte < 0x80) continue;
    if (characters[byte] === '') return { ok: false, offset: index };
    plain = false;
  }
  // Without high bytes, and in 8859/1 without 0x80-0x9F, the native decoder gives the same and is many times faster.
  if (plain || charset === '8859/1') return { ok: true, text: LATIN1_SAFE.decode(bytes) };
  let text = '';
  for (const byte of bytes) text += characters[byte] ?? '';
  return { ok: true, text };
}

/** The first character of a text that the set cannot carry, not even composed; undefined when it carries them all. */
export function unencodable(text: string, charset: Charset): string | undefined {
  if (charset === 'UNICODE UTF-8') return undefined;
  const { encode: bytes } = TABLES[charset];
  return Array.from(text.normalize('NFC')).find((character) => !bytes.has(character));
}

/**
 * Encodes; a character the set lacks is composed with the one before it, and becomes `?` if that does not help: for the
 * words of an answer, which are never a patient's data. Whatever is, goes through `unencodable` first.
 */
export function encode(text: string, charset: Charset): Uint8Array {
  if (charset === 'UNICODE UTF-8') return TO_UTF8.encode(text);
  const { encode: bytes } = TABLES[charset];
  const written = Array.from(text).every((character) => bytes.has(character)) ? text : text.normalize('NFC');
  return Uint8Array.from(Array.from(written, (character) => bytes.get(character) ?? 0x3f));
}
