import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ledger } from '../../../../gateway/ledger/ledger.ts';
import { openSqliteLedger } from '../../../../gateway/ledger/sqlite/open.ts';
import { clock, KEY } from '../samples.ts';

export function temporaryFile(): string {
  return join(mkdtempSync(join(tmpdir(), 'ledger-')), 'gateway.sqlite');
}

export function openTemporary(file = temporaryFile()): Promise<Ledger> {
  return openSqliteLedger({ file, key: KEY, clock });
}
