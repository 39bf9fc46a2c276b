/** Codes without a translation, and the rows of a ConceptMap file that give them one. */
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { WK_BASE } from '../../profiles/canonical.ts';
import { readConceptMap } from '../regions/concept-maps.ts';
import { call, type Api } from './api.ts';
import { EXIT, line, say, type Exit } from './print.ts';

export interface UnmappedOptions {
  readonly json?: boolean;
  readonly source?: string;
  readonly limit?: string;
  readonly cursor?: string;
}

const page = z.looseObject({
  items: z.array(
    z.looseObject({
      source: z.string(),
      system: z.string(),
      code: z.string(),
      text: z.string().nullable(),
      count: z.number(),
      lastSeen: z.string(),
    }),
  ),
  next: z.string().nullable(),
});

export async function unmappedCommand(api: Api, options: UnmappedOptions): Promise<Exit> {
  const { source, limit, cursor } = options;
  const filter = new URLSearchParams({
    ...(source === undefined ? {} : { source }),
    ...(limit === undefined ? {} : { limit }),
    ...(cursor === undefined ? {} : { cursor }),
  });
  const answer = await call(api, 'GET', `/terminology/unmapped?${filter.toString()}`);
  if (!answer.ok) return answer.exit;
  if (options.json === true) {
    line(JSON.stringify(answer.body, null, 2));
    return EXIT.ok;
  }
  const read = page.safeParse(answer.body);
  if (!read.success) {
    say(`${api.url} answers, but not as a gateway does`);
    return EXIT.refused;
  }
  const { items, next } = read.data;
  for (const { source: from, system, code, text, count, lastSeen } of items) {
    const messages = count === 1 ? '1 message' : `${count} messages`;
    line(`${from}  ${system}|${code}  ${messages}, last ${lastSeen}  ${text ?? ''}`.trimEnd());
  }
  say(`${items.length} ${items.length === 1 ? 'code' : 'codes'}${next === null ? '' : `; more with --cursor ${next}`}`);
  return EXIT.ok;
}

export interface AddOptions {
  readonly map: string;
  readonly sourceCode: string;
  readonly target: string;
  readonly display?: string;
}

const element = z.looseObject({ code: z.string(), target: z.array(z.looseObject({ code: z.string() })).default([]) });
const group = z.looseObject({ source: z.string().optional(), target: z.string(), element: z.array(element) });
const conceptMap = z.looseObject({ group: z.array(group).default([]) });

/** Exit 1, and nothing written, when the code has another translation into that system already. */
export async function addCommand({ map, sourceCode, target, display }: AddOptions): Promise<Exit> {
  const [from, to] = [parted(sourceCode), parted(target)];
  if (from === null || to === null || to.system === '') {
    say("--source-code and --target are system|code: 'L|266' and 'http://loinc.org|2823-3'");
    return EXIT.usage;
  }
  const text = await textOf(map);
  if (text === null) {
    say(`cannot read ${map}`);
    return EXIT.usage;
  }
  const faults = faultsOf(text);
  if (faults.length > 0) {
    for (const fault of faults) say(`${map}: ${fault}`);
    return EXIT.usage;
  }
  const whole = conceptMap.parse(JSON.parse(text));
  let into = whole.group.find((one) => (one.source ?? '') === from.system && one.target === to.system);
  if (into === undefined) {
    into = { ...(from.system === '' ? {} : { source: from.system }), target: to.system, element: [] };
    whole.group.push(into);
  }
  const known = into.element.find(({ code }) => code === from.code);
  const [translated] = known?.target ?? [];
  if (known !== undefined) {
    const same = translated?.code === to.code;
    say(`${map}: ${sourceCode} is there already, as ${translated?.code ?? 'a code without a translation'}`);
    return same ? EXIT.ok : EXIT.refused;
  }
  const words = display === undefined ? {} : { display };
  into.element.push({ code: from.code, target: [{ code: to.code, ...words, equivalence: 'equivalent' }] });
  const made = `${JSON.stringify(whole, null, 2)}\n`;
  const wrong = faultsOf(made);
  if (wrong.length > 0) {
    for (const fault of wrong) say(`${map}: ${fault}`);
    return EXIT.usage;
  }
  await writeFile(map, made);
  line(`${map}: ${sourceCode} is ${target}`);
  return EXIT.ok;
}

const faultsOf = (text: string): readonly string[] => {
  const read = readConceptMap(text);
  return read.ok ? [] : read.faults;
};

/** The file, or a new map where there is none; null when it cannot be read. */
async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) return null;
    const name = basename(file, '.json');
    const url = `${WK_BASE}/ConceptMap/${encodeURIComponent(name)}`;
    return JSON.stringify({ resourceType: 'ConceptMap', url, status: 'active' });
  }
}

/** At the last `|`: no code holds one, and a system may. */
function parted(text: string): { readonly system: string; readonly code: string } | null {
  const at = text.lastIndexOf('|');
  return at < 0 || at === text.length - 1 ? null : { system: text.slice(0, at), code: text.slice(at + 1) };
}
