/**
 * The ConceptMaps a region file gives a source for its own codes: FHIR R4 resources, read at the start. A wrong row puts
 * a wrong test before a nurse, so what could be read in two ways is a fault and not a guess.
 */
import { z } from 'zod';
import { codeSystemNamed } from '../../mappings/hl7v2/datatypes/code-system.ts';
import type { SourceSettings } from '../../mappings/mapping.ts';
import { ownCodes, type OwnCodes } from '../../mappings/terminology/own-codes.ts';
import type { ConceptMap } from '../../mappings/terminology/translate.ts';
import { isError } from '../../profiles/issue.ts';
import { checkStructure } from '../../profiles/structure.ts';
import type { RegionFault } from './faults.ts';

/** Only these say that both codes mean the same; other rows are notes of whoever keeps the map. */
const SAME: ReadonlySet<string> = new Set(['equal', 'equivalent']);

const absent = (why: string) => z.undefined(why).optional();

const target = z.looseObject({
  code: z.string().optional(),
  display: z.string().optional(),
  equivalence: z.string(),
  dependsOn: absent('a translation that depends on another element is not carried'),
});

const conceptMap = z.looseObject({
  resourceType: z.literal('ConceptMap', 'a FHIR R4 ConceptMap'),
  url: z.string('the canonical of the map; it is told with every code it translates').min(1),
  group: z
    .array(
      z.looseObject({
        source: z.string().optional(),
        target: z.string('the code system of the translations').min(1),
        unmapped: absent('a code without a row travels as sent'),
        element: z.array(z.looseObject({ code: z.string().min(1), target: z.array(target).default([]) })),
      }),
    )
    .default([]),
});

type ConceptMapRead =
  { readonly ok: true; readonly map: ConceptMap } | { readonly ok: false; readonly faults: readonly string[] };

/** Paths of faults begin at the source: `conceptMaps[0]`. */
export function readOwnCodes(
  paths: readonly string[],
  settings: SourceSettings,
  beside: (path: string) => string | null,
): { readonly codes: OwnCodes; readonly faults: readonly RegionFault[] } {
  const faults: RegionFault[] = [];
  const maps = paths.flatMap((file, index) => {
    const text = beside(file);
    const read: ConceptMapRead = text === null ? { ok: false, faults: ['cannot be read'] } : readConceptMap(text);
    if (read.ok) return read.map;
    faults.push(...read.faults.map((fault) => ({ path: `conceptMaps[${index}]`, text: `${file}: ${fault}` })));
    return [];
  });
  const codes = ownCodes(maps, (name) => codeSystemNamed(name, settings).uri);
  for (const [code, translations] of codes) {
    if (new Set(translations.map(({ system }) => system)).size < translations.length) {
      faults.push({ path: 'conceptMaps', text: `${code} has more than one translation into one system` });
    }
  }
  return { codes, faults };
}

/** Faults are located: `ConceptMap.group[0].element[3].target[0].code: ...`. */
export function readConceptMap(text: string): ConceptMapRead {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, faults: ['not readable as JSON'] };
  }
  const read = conceptMap.safeParse(json);
  if (!read.success) {
    return { ok: false, faults: read.error.issues.map(({ path, message }) => `${placeOf(path)}: ${message}`) };
  }
  const structure = checkStructure(json)
    .filter(isError)
    .map((issue) => `${issue.expression}: ${issue.text}`);
  if (structure.length > 0) return { ok: false, faults: structure };
  const faults: string[] = [];
  const group = read.data.group.map(({ source, target: system, element }, at) => ({
    ...(source === undefined ? {} : { source }),
    target: system,
    element: element.map(({ code, target: targets }, row) => {
      const same = targets.flatMap(({ code: to, display, equivalence }) =>
        SAME.has(equivalence) && to !== undefined ? { code: to, ...(display === undefined ? {} : { display }) } : [],
      );
      const place = `ConceptMap.group[${at}].element[${row}]`;
      if (element.findIndex((one) => one.code === code) !== row) faults.push(`${place}: ${code} stands twice`);
      return { code, target: same };
    }),
  }));
  return faults.length > 0 ? { ok: false, faults } : { ok: true, map: { url: read.data.url, group } };
}

const placeOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) => text + (typeof part === 'number' ? `[${part}]` : `.${String(part)}`),
    'ConceptMap',
  );
