/** Files on the command line: read, told apart by their content, cut into messages. */
import { readFile } from 'node:fs/promises';
import { splitMessages } from '../../mappings/hl7v2/split.ts';
import type { Kind } from '../flows/reading.ts';
import { EXIT, say, type Exit } from './print.ts';

export interface InputMessage {
  readonly file: string;
  /** Where it stands, for people: the file, and which message of it when there are more. */
  readonly place: string;
  readonly bytes: Uint8Array;
  readonly kind: Kind;
}

export interface InputFile {
  readonly file: string;
  /** At least one. */
  readonly messages: readonly InputMessage[];
}

/**
 * The files in order, each as its messages; `-` is standard input. A file that cannot be read is said and put on
 * `exits` as wrong usage, and the run goes on with the next.
 */
export async function* readFiles(files: readonly string[], exits: Exit[]): AsyncGenerator<InputFile> {
  let stdinTaken = false;
  for (const file of files) {
    try {
      if (file === '-' && stdinTaken) throw new Error('standard input can be read once');
      stdinTaken ||= file === '-';
      const bytes = file === '-' ? await readStdin() : await readFile(file);
      yield { file, messages: messagesIn(file === '-' ? 'standard input' : file, bytes) };
    } catch (error) {
      say(`cannot read ${file}: ${wordsOf(error)}`);
      exits.push(EXIT.usage);
    }
  }
}

export async function* readMessages(files: readonly string[], exits: Exit[]): AsyncGenerator<InputMessage> {
  for await (const { messages } of readFiles(files, exits)) yield* messages;
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
};

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return ('code' in error ? WORDS[String(error.code)] : undefined) ?? error.message;
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/**
 * The messages of a file: several for a batch (FHS/BHS), for MLLP frames, or for several MSH; else one. A file that
 * holds none counts as one, to be refused: nothing that was given goes by in silence.
 */
export function messagesIn(file: string, bytes: Uint8Array): readonly InputMessage[] {
  const kind = kindOf(bytes);
  const found = kind === 'hl7v2' ? splitMessages(bytes) : [bytes];
  const parts = found.length === 0 ? [bytes] : found;
  return parts.map((part, index) => ({
    file,
    place: parts.length > 1 ? `${file}[${index + 1}]` : file,
    bytes: part,
    kind,
  }));
}

function kindOf(bytes: Uint8Array): InputMessage['kind'] {
  const start = Buffer.from(bytes.subarray(0, 4096))
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart();
  if (start.startsWith('<')) return 'fhir-xml';
  if (!start.startsWith('{') && !start.startsWith('[')) return 'hl7v2';
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes('"resourceType"') ? 'fhir' : 'transfer';
}
