/** Runs the built command line as a process of its own, as an integrator does. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Ran {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function cli(
  args: readonly string[],
  options: { readonly input?: string | Uint8Array; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Ran> {
  const child = spawn(process.execPath, ['gateway/bin.mjs', ...args], {
    env: { PATH: process.env['PATH'], ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const read = (stream: NodeJS.ReadableStream): (() => string) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    return () => Buffer.concat(chunks).toString('utf8');
  };
  const stdout = read(child.stdout);
  const stderr = read(child.stderr);
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  return new Promise((resolve) => {
    child.once('close', (exit) => resolve({ exit, stdout: stdout(), stderr: stderr() }));
  });
}

/** Each line of the output as JSON. */
export const lines = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** A folder for the tests of one file, taken away afterwards. */
export function folderOf(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wkcli-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const SAMPLES = 'mappings';
export const ORU = `${SAMPLES}/lab-oru/samples/pneumonia-glims/input.hl7`;
export const ORU_EXPECTED = `${SAMPLES}/lab-oru/samples/pneumonia-glims/expected.json`;
export const ORU_REFUSED = `${SAMPLES}/lab-oru/samples/refused-bsn/input.hl7`;
export const TRANSFER = `${SAMPLES}/transfer-json/samples/amsterdam-pneumonia/input.json`;
export const TRANSFER_FHIR = `${SAMPLES}/transfer-fhir/samples/amsterdam-pneumonia/input.json`;
export const LAB_FHIR = `${SAMPLES}/lab-fhir/samples/transaction-potassium/input.json`;
