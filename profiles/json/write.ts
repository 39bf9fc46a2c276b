/** JSON as JSON.stringify writes it, with every remembered decimal in the text it arrived in (decimal.ts). */
import { WRITTEN, writtenNumber } from './decimal.ts';

/** `indent`: spaces per level; absent or 0 writes one line. Throws on a cycle, as JSON.stringify does. */
export function writeJson(value: unknown, indent = 0): string {
  const lossy = new Set<object>();
  if (!findLossy(value, lossy)) return JSON.stringify(value, null, indent);
  return write(value, lossy, ' '.repeat(indent), '');
}

/** Collects the few objects on the way to a remembered decimal; all others go through JSON.stringify whole. */
function findLossy(node: unknown, lossy: Set<object>): boolean {
  if (typeof node !== 'object' || node === null) return false;
  let found = (node as { readonly [WRITTEN]?: unknown })[WRITTEN] !== undefined;
  if (Array.isArray(node)) {
    for (const item of node) if (findLossy(item, lossy)) found = true;
  } else {
    for (const key in node) if (findLossy((node as Record<string, unknown>)[key], lossy)) found = true;
  }
  if (found) lossy.add(node);
  return found;
}

function write(node: unknown, lossy: ReadonlySet<object>, step: string, pad: string): string {
  if (typeof node !== 'object' || node === null || !lossy.has(node)) return native(node, step, pad);
  const inner = pad + step;
  const [open, between, close] = step === '' ? ['', ',', ''] : [`\n${inner}`, `,\n${inner}`, `\n${pad}`];
  if (Array.isArray(node)) {
    const items = node.map((item: unknown, index) => number(node, index, item) ?? write(item, lossy, step, inner));
    return `[${open}${items.join(between)}${close}]`;
  }
  const colon = step === '' ? ':' : ': ';
  const members: string[] = [];
  for (const [key, item] of Object.entries(node)) {
    if (item === undefined || typeof item === 'function' || typeof item === 'symbol') continue;
    members.push(JSON.stringify(key) + colon + (number(node, key, item) ?? write(item, lossy, step, inner)));
  }
  return `{${open}${members.join(between)}${close}}`;
}

/** The remembered text, unless the value beside it has been changed since. */
function number(parent: object, key: string | number, value: unknown): string | undefined {
  if (typeof value !== 'number') return undefined;
  const text: unknown = writtenNumber(parent, key);
  return typeof text === 'string' && Object.is(Number(text), value) ? text : undefined;
}

function native(node: unknown, step: string, pad: string): string {
  const text = JSON.stringify(node, null, step) as string | undefined;
  if (text === undefined) return 'null';
  // Line ends inside strings are escaped, so every line end here is layout.
  return pad === '' || step === '' ? text : text.replaceAll('\n', `\n${pad}`);
}
