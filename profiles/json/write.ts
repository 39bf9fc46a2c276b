/** JSON as JSON.stringify writes it, with every remembered decimal in the text it arrived in (decimal.ts). */
import { WRITTEN, writtenNumber } from './decimal.ts';

/** `indent`: spaces per level; absent or 0 writes one line. Throws on a cycle, as JSON.stringify does. */
export function writeJson(value: unknown, indent = 0): string {
  const marked = marking(value);
  const text = JSON.stringify(marked, null, indent);
  return marked === value ? text : text.replace(MARKED, (_, kind, rest: string) => (kind === 'n' ? rest : `"${rest}"`));
}

/**
 * JSON.stringify does the writing, in one go: a remembered decimal goes through it as a string that begins with a NUL,
 * and loses its quotes afterwards. Text that begins with a NUL itself is marked too, so that none is taken for a number.
 */
const MARK = '\u0000';
/** A marked string, as it stands in JSON: `n` a number, `s` text. Only a quote inside a string has a backslash before it,
 *  and only a member's name a colon behind it. */
const MARKED = /(?<!\\)"\\u0000([ns])((?:[^"\\]|\\.)*)"(?!:)/g;

/** The value with its marks; it is copied only along the way to them, and is itself when there are none. */
function marking(node: unknown): unknown {
  if (typeof node === 'string') return node.startsWith(MARK) ? `${MARK}s${node}` : node;
  if (typeof node !== 'object' || node === null) return node;
  return Array.isArray(node) ? markedItems(node) : markedMembers(node as Record<string, unknown>);
}

function markedItems(items: readonly unknown[]): unknown {
  const decimals = WRITTEN in items;
  let copy: unknown[] | undefined;
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    const marked = decimals && typeof item === 'number' ? number(items, index, item) : marking(item);
    if (marked !== item) (copy ??= [...items])[index] = marked;
  }
  return copy ?? items;
}

function markedMembers(node: Record<string, unknown>): unknown {
  const decimals = WRITTEN in node;
  let copy: Record<string, unknown> | undefined;
  for (const key in node) {
    const member = node[key];
    // Nearly every member is a text without a mark.
    if (typeof member === 'string' && !member.startsWith(MARK)) continue;
    const marked = decimals && typeof member === 'number' ? number(node, key, member) : marking(member);
    if (marked !== member) (copy ??= { ...node })[key] = marked;
  }
  return copy ?? node;
}

/** The remembered text, unless the value beside it has been changed since. */
function number(parent: object, key: string | number, value: number): unknown {
  const text: unknown = writtenNumber(parent, key);
  return typeof text === 'string' && Object.is(Number(text), value) ? `${MARK}n${text}` : value;
}
