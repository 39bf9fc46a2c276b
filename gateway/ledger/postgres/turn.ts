/**
 * One transaction for the units of a turn, under a lock that only one process holds at a time: what a unit reads stays
 * true until its commit, and `seq` is the order of commit, as on SQLite. What units change is kept back and sent together
 * with the next question, or at the end: round trips are what a message costs here.
 *
 * When a unit fails after something of it was sent, the transaction goes back to its start and what the other units
 * changed is sent again: under the lock nobody came between, so it means the same.
 */
import type { Client } from 'pg';
import type { Among, Db, Into, Value } from '../sql/db.ts';
import type { Ended, Turn } from '../sql/writer.ts';
import { statement } from './dialect.ts';
import { Numbers } from './numbers.ts';
import { couldBe, grouped, type Op } from './redo.ts';
import { control, Wire, type Answer, type Sent } from './wire.ts';

interface Unit {
  /** What it changed, sent or not. */
  readonly ops: Op[];
  /** How many of them were sent. */
  sent: number;
  /** A statement of it was refused: it has failed, whatever it makes of that. */
  refused: { readonly error: unknown } | null;
  readonly ended: Ended;
}

const newUnit = (): Unit => ({ ops: [], sent: 0, refused: null, ended: { failure: null } });

const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('ledger of ' || current_schema(), 0))`;
const BEGIN = [control('BEGIN'), control(LOCK), control('SELECT name, last FROM number'), control('SAVEPOINT turn')];

export async function beginTurn(client: Client): Promise<Turn> {
  const wire = new Wire(client);
  const [, , numbers] = await wire.send(BEGIN);
  return new PostgresTurn(wire, new Numbers(numbers?.rows as { name: string; last: number }[]));
}

class PostgresTurn implements Turn, Db {
  readonly #wire: Wire;
  readonly #numbers: Numbers;
  #done: Unit[] = [];
  /** What those that are done have changed and was not sent yet. */
  #kept: Op[] = [];
  #unit = newUnit();
  /** The transaction holds something of a unit that failed. */
  #stained = false;

  constructor(wire: Wire, numbers: Numbers) {
    this.#wire = wire;
    this.#numbers = numbers;
  }

  async unit(run: (db: Db) => Promise<void>): Promise<Ended> {
    const unit = (this.#unit = newUnit());
    const numbers = this.#numbers.mark();
    try {
      await run(this);
      if (unit.refused) throw unit.refused.error;
      this.#done.push(unit);
      this.#kept.push(...unit.ops.slice(unit.sent));
    } catch (error) {
      unit.ended.failure = { error };
      this.#numbers.backTo(numbers);
      this.#stained ||= unit.sent > 0;
    }
    this.#unit = newUnit();
    // It may have caught the error of a lost store: its work is gone all the same.
    if (this.#wire.lost) throw this.#wire.lost.error;
    return unit.ended;
  }

  async commit(): Promise<void> {
    if (this.#stained) await this.#redo();
    try {
      await this.#wire.send(grouped(this.#kept));
    } catch (error) {
      if (this.#wire.lost) throw error;
      await this.#redo();
    }
    const numbers = this.#numbers.statements(this.#done.flatMap(({ ops }) => ops));
    const committed = (await this.#wire.send([...numbers, control('COMMIT')])).at(-1);
    // PostgreSQL answers ROLLBACK, and no error, to the COMMIT of a transaction that has failed.
    if (committed?.command !== 'COMMIT') throw new Error('the transaction was not committed');
  }

  async get<Row>(sql: string, ...values: Value[]): Promise<Row | undefined> {
    return (await this.all<Row>(sql, ...values))[0];
  }

  async all<Row>(sql: string, ...values: Value[]): Promise<Row[]> {
    return (await this.#ask({ sql, values })).rows as Row[];
  }

  async seek<Row>(among: Among, sql: string, ...values: Value[]): Promise<Row[]> {
    const { ops, sent } = this.#unit;
    const mayMiss = this.#stained || couldBe(this.#kept, among) || couldBe(ops.slice(sent), among);
    return (await this.#ask({ sql, values }, mayMiss)).rows as Row[];
  }

  async run(sql: string, ...values: Value[]): Promise<number> {
    return (await this.#ask({ sql, values })).rowCount ?? 0;
  }

  async change(sql: string, ...values: Value[]): Promise<void> {
    this.#unit.ops.push({ kind: 'change', sql, values });
  }

  async insert(into: Into, ...values: Value[]): Promise<number> {
    const seq = into.numbered ? this.#numbers.next(into.table) : 0;
    this.#unit.ops.push({ kind: 'insert', into, values: into.numbered ? [seq, ...values] : values });
    return seq;
  }

  /** What was kept back, unless the answer cannot depend on it, and then the question. */
  async #ask(question: Sent, withKept = true): Promise<Answer> {
    const unit = this.#unit;
    if (this.#stained) await this.#redo();
    const kept = withKept ? [...this.#kept, ...unit.ops.slice(unit.sent)] : [];
    const answer = await this.#last([...grouped(kept), question], kept.length > 0 ? question : null);
    if (withKept) {
      this.#kept = [];
      unit.sent = unit.ops.length;
    }
    if (statement(question.sql).changes) {
      unit.ops.push({ kind: 'change', ...question });
      unit.sent += 1;
    }
    return answer;
  }

  /** The last answer. `again`: the question to repeat once it is found out whose fault a refusal was. */
  async #last(all: readonly Sent[], again: Sent | null): Promise<Answer> {
    try {
      return (await this.#wire.send(all)).at(-1) as Answer;
    } catch (error) {
      if (this.#wire.lost) throw error;
      if (again === null) {
        this.#unit.refused = { error };
        this.#stained = true;
        throw error;
      }
      await this.#redo();
      return this.#last([again], null);
    }
  }

  /** From the start of the transaction, one unit after the other: those whose changes are refused have failed. */
  async #redo(): Promise<void> {
    await this.#wire.send([control('ROLLBACK TO SAVEPOINT turn')]);
    this.#stained = false;
    this.#kept = [];
    const good: Unit[] = [];
    for (const unit of this.#done) if (await this.#replay(unit)) good.push(unit);
    this.#done = good;
    const unit = this.#unit;
    if (unit.refused) return;
    const whole = await this.#replay(unit);
    unit.sent = unit.ops.length;
    if (whole) return;
    unit.refused = unit.ended.failure;
    throw unit.refused?.error;
  }

  async #replay({ ops, ended }: Unit): Promise<boolean> {
    if (ops.length === 0) return true;
    try {
      await this.#wire.send([control('SAVEPOINT unit'), ...grouped(ops), control('RELEASE SAVEPOINT unit')]);
      return true;
    } catch (error) {
      if (this.#wire.lost) throw error;
      await this.#wire.send([control('ROLLBACK TO SAVEPOINT unit'), control('RELEASE SAVEPOINT unit')]);
      ended.failure = { error };
      return false;
    }
  }
}
