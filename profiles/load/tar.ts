/** A regular file of a tar archive. */
export interface TarFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const BLOCK = 512;

/**
 * Reads a tar archive from memory (POSIX ustar, pax and GNU long names); anything but regular files is passed over.
 * Nothing is written anywhere, so a name can lead nowhere; the caller decides which names it takes.
 * Throws when the archive is cut short or its checksums are wrong.
 */
export function readTar(archive: Uint8Array): TarFile[] {
  const files: TarFile[] = [];
  let longName: string | null = null;
  for (let at = 0; at + BLOCK <= archive.length;) {
    const header = archive.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) break;
    if (checksumOf(header) !== octal(header, 148, 8)) throw new Error(`wrong checksum in the archive at byte ${at}`);
    const size = octal(header, 124, 12);
    const bytes = archive.subarray(at + BLOCK, at + BLOCK + size);
    if (bytes.length < size) throw new Error('the archive is cut short');
    const kind = String.fromCharCode(header[156] ?? 0);
    if (kind === 'L') longName = text(bytes, 0, bytes.length);
    else if (kind === 'x') longName = paxPath(bytes) ?? longName;
    else {
      if (kind === '0' || kind === '\0') files.push({ name: longName ?? nameOf(header), bytes });
      longName = null;
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}

function nameOf(header: Uint8Array): string {
  const prefix = text(header, 257, 5) === 'ustar' ? text(header, 345, 155) : '';
  const name = text(header, 0, 100);
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** `path` of a pax header: records of `length key=value\n`. */
function paxPath(bytes: Uint8Array): string | null {
  return /^\d+ path=(.*)$/m.exec(Buffer.from(bytes).toString('utf8'))?.[1] ?? null;
}

function text(bytes: Uint8Array, start: number, length: number): string {
  const part = bytes.subarray(start, start + length);
  const end = part.indexOf(0);
  return Buffer.from(end === -1 ? part : part.subarray(0, end)).toString('utf8');
}

function octal(header: Uint8Array, start: number, length: number): number {
  const digits = text(header, start, length).trim();
  if (!/^[0-7]+$/.test(digits)) throw new Error('not a tar archive, or one with files beyond 8 GB');
  return parseInt(digits, 8);
}

/** The sum of the header's bytes, its own checksum field read as spaces. */
function checksumOf(header: Uint8Array): number {
  return header.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 32 : byte), 0);
}
