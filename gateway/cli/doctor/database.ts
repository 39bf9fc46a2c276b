/** The ledger: is it there, can it be written, does its key open it, and will it keep what it confirms? */
import { existsSync } from 'node:fs';
import { systemClock } from '../../clock.ts';
import type { Config } from '../../config.ts';
import { openLedger } from '../../ledger/open.ts';
import { inspectPostgres, type PostgresFacts } from '../../ledger/postgres/inspect.ts';
import type { Finding } from './finding.ts';

const what = 'database';

export async function checkDatabase(config: Config): Promise<readonly Finding[]> {
  const { database } = config;
  try {
    if (database.engine === 'postgres') {
      const facts = await inspectPostgres(database.url);
      // Opening it would make or change the schema, which is not the doctor's to do.
      const opened = facts.found === facts.known ? [await checkLedger(config, `schema ${facts.schema}`)] : [];
      return [...postgresFindings(facts), ...opened];
    }
    const { file } = database;
    if (!existsSync(file)) return [{ ok: true, what, text: `${file} will be made at the first start` }];
    return [await checkLedger(config, file)];
  } catch (error) {
    return [{ ok: false, what, text: error instanceof Error ? error.message : String(error) }];
  }
}

async function checkLedger(config: Config, place: string): Promise<Finding> {
  const ledger = await openLedger({ ...config, clock: systemClock });
  const ready = await ledger.ready();
  const { received, balanced } = await ledger.reconciliation();
  await ledger.close();
  if (!ready) return { ok: false, what, text: `${place} cannot be written: look at the disk and its rights` };
  if (!balanced) return { ok: false, what, text: `${place}: the reconciliation is not balanced` };
  return { ok: true, what, text: `${place} opens with its key and can be written; ${received} messages, balanced` };
}

function postgresFindings(facts: PostgresFacts): readonly Finding[] {
  const { version, schema, found, known, synchronousCommit: commit } = facts;
  const behind =
    found === known
      ? "is this version's"
      : found === 0
        ? 'will be made at the first start'
        : found < known
          ? `is ${found}; the next start brings it to ${known}`
          : `is ${found}, of a newer gateway beside this one (${known})`;
  const findings: Finding[] = [{ ok: true, what, text: `PostgreSQL ${version}; schema ${schema} ${behind}` }];
  if (commit === 'off' || commit === 'local') {
    const text = `synchronous_commit is ${commit} for this role: the gateway sets it on for itself; set it on for others too`;
    findings.push({ ok: true, what, text });
  }
  if (!facts.fullPageWrites) {
    const text = 'full_page_writes is off: a power failure may damage the ledger beyond repair; set it on';
    findings.push({ ok: false, what, text });
  }
  const standbys =
    facts.synchronousStandbys === ''
      ? 'no synchronous standby: failing over to another server may lose what was accepted just before'
      : `a commit waits for a standby (${facts.synchronousStandbys})`;
  return [...findings, { ok: true, what, text: standbys }];
}
