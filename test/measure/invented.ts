/** Measures the leaves of an output against the message: from where each came, and whether its value can be told. */
import type { Bundle } from 'fhir/r4.js';
import { explainBundle, toBundle } from '../../mappings/bundle.ts';
import type { Message } from '../../mappings/hl7v2/message.ts';
import type { Mapped } from '../../mappings/mapping.ts';
import { explanationOf, type Kind, type Valued } from './explained.ts';
import { placesOf } from './places.ts';

export type Origin = Kind | 'constant of the mapping' | 'identity and reference' | 'region';

/** Paths of the primitive leaves of a finished resource, with their values. */
function valuesOf(value: unknown, path: string): [string, unknown][] {
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => valuesOf(item, `${path}[${index}]`));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, child]) => valuesOf(child, `${path}.${key}`));
  return [[path, value]];
}

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
const DERIVED_VALUE = new RegExp(`^${UUID}$`);

/** A value the mapping computed: an identity, a reference within the Bundle, a count. */
function isDerived({ path, value, rule }: Valued, bundle: Bundle, texts: ReadonlySet<string>): boolean {
  const text = String(value);
  if (/\.(?:fullUrl|reference)$/.test(path)) return bundle.entry?.some(({ fullUrl }) => fullUrl === text) === true;
  if (path.endsWith('.request.url')) return /^[A-Z]\w+\?(?:identifier|_tag)=[^&?=]+%7C[^&?=]+$/.test(text);
  if (path.endsWith('.meta.source')) return text.startsWith('https://fhir.wijkkliniek.example/source/local#');
  if (/[iI]dentifier(?:\[\d+\])?\.value$/.test(path)) return DERIVED_VALUE.test(text);
  if (rule === 'medication.dosage.sequence') return Number.isInteger(value);
  // A field that tells how another is encoded, beside the value it could not be read by.
  return rule === 'lab.result.value' && path.endsWith('.valueString') && texts.has(text);
}

/** Counts the leaves by origin, and lists those without a source, or with a value that nothing explains. */
export function inventedIn(message: Message, mapped: Mapped, counts: Map<Origin, number>): string[] {
  const bundle = toBundle(mapped);
  const places = placesOf(message, mapped);
  const texts = new Set([...places.keys(), ...[...places.values()].map(({ text }) => text)]);
  const told = new Map(explainBundle(mapped).map((line) => [line.path, line]));
  return valuesOf(bundle, 'Bundle').flatMap(([path, value]) => {
    const line = told.get(path);
    if (line === undefined || line.rule === '') return [`${path} from nowhere`];
    const leaf = { ...line, value };
    const place = places.get(line.source);
    const origin: Origin | undefined =
      line.source === 'constant'
        ? 'constant of the mapping'
        : line.source === 'region'
          ? 'region'
          : line.source === 'derived'
            ? isDerived(leaf, bundle, texts)
              ? 'identity and reference'
              : undefined
            : place && explanationOf(leaf, place);
    if (origin !== undefined) counts.set(origin, (counts.get(origin) ?? 0) + 1);
    const from = `${line.source} ${JSON.stringify(place?.text)} by ${line.rule}`;
    return origin === undefined ? [`${path} ${JSON.stringify(value)} from ${from}`] : [];
  });
}
