/** One file or stream with several messages: MLLP frames, batches (FHS/BHS, HL7 v2.5 §2.10.3), one MSH after another. */

/**
 * The bytes of each message in `bytes`, in order, without framing and batch segments. Bytes without any MSH come back
 * as one message, for the parser to refuse; nothing is dropped silently. Only blank bytes: no message.
 */
export function splitMessages(bytes: Uint8Array): Uint8Array[] {
  return frames(bytes).flatMap(messagesIn);
}

/**
 * What stands between 0x0B and 0x1C 0x0D, and what is left over; the bytes as they are when no frame starts. Only a 0x0B
 * before a header starts one: in a text it is a vertical tab, and cutting there would pass half a message for a whole.
 */
function frames(bytes: Uint8Array): Uint8Array[] {
  const starts: number[] = [];
  for (let at = bytes.indexOf(0x0b); at >= 0; at = bytes.indexOf(0x0b, at + 1)) {
    if (/^(MSH|FHS|BHS)$/.test(nameAt(bytes, at + 1))) starts.push(at);
  }
  if (starts.length === 0) return [bytes];
  const parts = [bytes.subarray(0, starts[0])];
  for (const [index, start] of starts.entries()) {
    const part = bytes.subarray(start + 1, starts[index + 1]);
    const end = endOfFrame(part);
    parts.push(part.subarray(0, end), part.subarray(end + 1));
  }
  return parts;
}

function endOfFrame(part: Uint8Array): number {
  for (let at = part.indexOf(0x1c); at >= 0; at = part.indexOf(0x1c, at + 1)) {
    if (part[at + 1] === 0x0d || at + 1 === part.length) return at;
  }
  return part.length;
}

const BATCH = new Set(['FHS', 'BHS', 'BTS', 'FTS']);

function messagesIn(frame: Uint8Array): Uint8Array[] {
  const messages: Uint8Array[] = [];
  let start = 0;
  const close = (end: number): void => {
    const part = frame.subarray(start, end);
    if (part.length !== byteOrderMark(part) && !part.every(isBlank)) messages.push(part);
  };
  for (const line of lineStarts(frame)) {
    const name = nameAt(frame, line);
    if (name !== 'MSH' && !BATCH.has(name)) continue;
    close(line);
    start = name === 'MSH' ? line : endOfLine(frame, line);
  }
  close(frame.length);
  return messages;
}

function* lineStarts(bytes: Uint8Array): Generator<number> {
  yield byteOrderMark(bytes);
  for (let at = 0; at < bytes.length; at++) if (bytes[at] === 0x0d || bytes[at] === 0x0a) yield at + 1;
}

/** The segment name at a line start, when a delimiter or the line's end follows it. */
function nameAt(bytes: Uint8Array, at: number): string {
  const next = bytes[at + 3];
  if (next !== undefined && /^[A-Za-z0-9 ]$/.test(String.fromCharCode(next))) return '';
  return String.fromCharCode(bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0);
}

function endOfLine(bytes: Uint8Array, at: number): number {
  let end = at;
  while (end < bytes.length && bytes[end] !== 0x0d && bytes[end] !== 0x0a) end++;
  return end;
}

const byteOrderMark = (bytes: Uint8Array): number =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;

const isBlank = (byte: number): boolean => byte === 0x0d || byte === 0x0a || byte === 0x20;
