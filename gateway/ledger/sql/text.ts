/**
 * PostgreSQL's text has no U+0000, libsql reads none past it, and what a sender says may have it: it is kept as U+0001 0,
 * and U+0001 itself as U+0001 1. What is put is what is found, and what is asked for is asked for as it is kept.
 */
import type { Value } from './db.ts';

const NONE = '\u0000';
const MARK = '\u0001';

export const toKept = (value: Value): Value =>
  typeof value === 'string' && (value.includes(NONE) || value.includes(MARK))
    ? value.replaceAll(MARK, `${MARK}1`).replaceAll(NONE, `${MARK}0`)
    : value;

export const fromKept = (text: string): string =>
  text.includes(MARK) ? text.replaceAll(`${MARK}0`, NONE).replaceAll(`${MARK}1`, MARK) : text;
