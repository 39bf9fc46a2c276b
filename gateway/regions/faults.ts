/** What is wrong with a region file, every fault at once and by path: its shape, and names that lead nowhere. */
import { z } from 'zod';

export interface RegionFault {
  /** `sources[1].party` */
  readonly path: string;
  readonly text: string;
}

const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) => text + (typeof part === 'number' ? `[${part}]` : `${text === '' ? '' : '.'}${String(part)}`),
    '',
  ) || '(root)';

type Issue = z.core.$ZodIssue;

/** A value that may be one of several shapes is judged by the shape it comes closest to. */
export function shapeFaults(issue: Issue, above: readonly PropertyKey[] = []): RegionFault[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union') {
    const [closest] = [...issue.errors].sort((a, b) => weigh(a) - weigh(b));
    if (closest !== undefined) return closest.flatMap((inner) => shapeFaults(inner, path));
  }
  const text = issue.code === 'unrecognized_keys' ? `unknown key ${issue.keys.join(', ')}` : issue.message;
  return [{ path: pathText(path), text }];
}

/** A shape that is wrong at its root is further off than any number of faults inside. */
const weigh = (issues: readonly Issue[]): number =>
  issues.length + (issues.some(({ path, code }) => path.length === 0 && code === 'invalid_type') ? 1000 : 0);

/** The names of a region file, however wrong the rest of it is. */
const thing = z.object({ id: z.string().catch(''), party: z.string().optional().catch(undefined) });
const things = z.array(thing.catch({ id: '' })).catch([]);
const namesSchema = z.object({
  parties: things,
  wijkkliniek: z.union([z.array(thing.catch({ id: '' })), thing]).catch([]),
  sources: things,
  destinations: things,
  deliver: z.record(z.string(), z.union([z.string(), z.record(z.string(), z.string().catch(''))]).catch('')).catch({}),
});

/** Names that are used but not given, and names given twice. */
export function nameFaults(json: unknown): RegionFault[] {
  const read = namesSchema.safeParse(json);
  if (!read.success) return [];
  const { parties, wijkkliniek, sources, destinations, deliver } = read.data;
  const isList = Array.isArray(wijkkliniek);
  const lists = { parties, sources, destinations, wijkkliniek: isList ? wijkkliniek : [wijkkliniek] };
  const unknown = (path: string, name: string | undefined, among: readonly { id: string }[], what: string) =>
    name === undefined || name === '' || among.some(({ id }) => id === name)
      ? []
      : [{ path, text: `no ${what} named ${name}` }];

  const used = Object.entries(lists).flatMap(([list, items]) =>
    items.flatMap(({ id, party }, index) => {
      const at = list === 'wijkkliniek' && !isList ? list : `${list}[${index}]`;
      const twice = id !== '' && items.findIndex((item) => item.id === id) !== index;
      return [
        ...(twice ? [{ path: `${at}.id`, text: `${id} stands twice` }] : []),
        ...(list === 'parties' ? [] : unknown(`${at}.party`, party, parties, 'party')),
      ];
    }),
  );
  const targets = Object.entries(deliver).flatMap(([kind, target]) =>
    typeof target === 'string'
      ? unknown(`deliver.${kind}`, target, destinations, 'destination')
      : Object.entries(target).flatMap(([flow, id]) =>
          unknown(`deliver.${kind}.${flow}`, id, destinations, 'destination'),
        ),
  );
  return [...used, ...targets];
}
