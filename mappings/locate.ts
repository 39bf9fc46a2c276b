/** Where a finding about the output stands in the message: the sender reads it in its own words. */
import { explainBundle } from './bundle.ts';
import type { Traced } from './draft.ts';
import type { Mapped } from './mapping.ts';

/**
 * The place in the source of `expression` (a simple FHIRPath of the finished Bundle): `PID-3[2].1`, `$.patient.bsn`, or
 * `Bundle.entry[3].resource.birthDate` of the FHIR Bundle that came in. An element made of several places, or one that
 * is missing, is located by what those around it have in common; where nothing is, the expression comes back as it is.
 */
export function sourceOf(mapped: Mapped, expression: string): string {
  const told = explainBundle(mapped).filter(({ source }) => !['constant', 'derived', 'region'].includes(source));
  for (let at = expression; at !== ''; at = parentOf(at)) {
    const exact = told.filter(({ path }) => isWithin(path, at));
    const sources = (exact.length > 0 ? exact : typed(told, at)).map(({ source }) => source);
    const shared = sources.reduce<readonly string[] | null>(
      (common, source) => (common === null ? steps(source) : agreed(common, steps(source))),
      null,
    );
    if (shared !== null && shared.length > 0) return inFhirWords(shared.join(''), told[0]?.source);
  }
  return expression;
}

const isWithin = (path: string, at: string): boolean =>
  path === at || (path.startsWith(at) && (path[at.length] === '.' || path[at.length] === '['));

/** FHIRPath says `value` where JSON says `valueQuantity` (FHIR R4 fhirpath.html#polymorphism). */
function typed(told: readonly Traced[], at: string): readonly Traced[] {
  const steps = at.replace(/[.[\]]/g, '\\$&').replace(/\\\.([a-z]\w*)/g, '\\.$1(?:[A-Z]\\w*)?');
  const within = new RegExp(`^${steps}(?=$|[.[])`);
  return told.filter(({ path }) => within.test(path));
}

/** `Bundle.entry[2].resource` → `Bundle.entry[2]` → `Bundle.entry` → `Bundle` → nothing. */
const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['), 0));

/** `$.patient.bsn` → `$`, `.patient`, `.bsn`; `PID-3[2].1` → `PID`, `-3`, `[2]`, `.1`. */
const steps = (source: string): string[] => source.match(/^[^.[-]+|[.-][^.[]*|\[[^\]]*\]/g) ?? [];

function agreed(one: readonly string[], other: readonly string[]): readonly string[] {
  const end = one.findIndex((step, index) => step !== other[index]);
  return end < 0 ? one : one.slice(0, end);
}

/** A FHIR sender knows its own Bundle by FHIRPath: `$.entry[3]` is `Bundle.entry[3]`. */
const inFhirWords = (source: string, any: string | undefined): string =>
  any?.startsWith('$.entry[') === true ? source.replace(/^\$/, 'Bundle') : source;
