/** Files on the command line: read, told apart by their content, cut into messages. */
import { readFile } from 'node:fs/promises';
import { splitMessages } from '../../mappings/hl7v2/split.ts';
import type { Kind } from '../flows/reading.ts';

export interface InputMessage {
  readonly file: string;
  readonly bytes: Uint8Array;
  /** `xml` is told apart so that it can be refused in words. */
  readonly kind: Kind | 'xml';
}

export type InputFile =
  | { readonly ok: true; readonly file: string; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly file: string; readonly reason: string };

/** `-` is standard input. */
export async function readInput(file: string): Promise<InputFile> {
  try {
    return { ok: true, file, bytes: file === '-' ? await readStdin() : await readFile(file) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    return { ok: false, file, reason: code };
  }
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

/** The messages of a file: several for a batch (FHS/BHS), for MLLP frames, or for several MSH; else one. */
export function messagesIn({ file, bytes }: { readonly file: string; readonly bytes: Uint8Array }): InputMessage[] {
  const kind = kindOf(bytes);
  return kind === 'hl7v2'
    ? splitMessages(bytes).map((message) => ({ file, bytes: message, kind }))
    : [{ file, bytes, kind }];
}

function kindOf(bytes: Uint8Array): InputMessage['kind'] {
  const start = Buffer.from(bytes.subarray(0, 4096))
    .toString('latin1')
    .replace(/^(\u00ef\u00bb\u00bf)?\s*/, '');
  if (start.startsWith('<')) return 'xml';
  if (!start.startsWith('{') && !start.startsWith('[')) return 'hl7v2';
  const head = Buffer.from(bytes.subarray(0, 1 << 20)).toString('latin1');
  return /"resourceType"\s*:/.test(head) ? 'fhir' : 'transfer';
}
