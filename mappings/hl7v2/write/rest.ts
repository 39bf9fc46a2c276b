/**
 * Nothing clinical is dropped: what no field of a message took travels in words, and so does what was kept of another
 * HL7 v2 message and found no way back.
 */
import type { DomainResource, Extension, FhirResource } from 'fhir/r4.js';
import { WK_DERIVED } from '../../../profiles/canonical.ts';
import type { Leaf } from '../../draft.ts';
import { constant } from '../../draft.ts';
import type { Unused } from '../../mapping.ts';
import { SOURCE_FIELD } from '../segments/remainder.ts';
import { rep, SheetSegment } from './sheet.ts';
import type { Entries } from './entries.ts';
import { each, type Spot } from './spot.ts';

const RULE = 'write.rest';

/** Paths within a resource that need no words, and why. The first that fits counts. */
const NO_WORDS: readonly (readonly [RegExp, string])[] = [
  [/^(resourceType|id|implicitRules|language)$/, 'FHIR’s own'],
  [/^meta\./, 'profiles, tags and source: FHIR’s own'],
  [/\.userSelected$/, 'FHIR’s own'],
  [/[iI]dentifier(\[\d+\])?\.(use|type\.coding\[\d+\]\.\w+)$/, 'where it stands says what sort of number it is'],
  [/(^|\.)(subject|patient|encounter|for|focus)\.(reference|type)$/, 'the message is about this patient and this stay'],
  [
    /^_\w+(\[\d+\])?\.extension\[\d+\]\.(url|valueCodeableConcept\.coding\[\d+\]\.\w+)$/,
    'the code of the sender, beside its translation',
  ],
];

/** What is left of a resource, a line each: `Condition.code: Heart failure [84114007 http://snomed.info/sct]`. It counts as
 *  read now. */
export function restOf(resource: Spot<FhirResource>, entries: Entries): Leaf<string>[] {
  skip(resource);
  const kept = sourceFields(asDomain(resource));
  const type = resource.value?.resourceType ?? '';
  const start = resource.path().length + 1;
  const lines = new Map<string, { readonly path: string; readonly parts: Map<string, string> }>();
  for (const { path, text } of resource.unread()) {
    const words = wordsOf(text, entries);
    if (words === undefined) {
      resource.skip(path, 'what it refers to is written');
      continue;
    }
    const [, holder = '', key = ''] = /^(.*)\.([^.]+)$/.exec(path.slice(start)) ?? [];
    const together = PARTS.includes(key) && holder !== '';
    const place = together ? holder : path.slice(start);
    const line = lines.get(place) ?? { path, parts: new Map<string, string>() };
    line.parts.set(together ? key : '', words);
    lines.set(place, line);
    if (line.path !== path) resource.skip(path, 'said in one line with what it is part of');
  }
  const said = [...lines].map(([place, { path, parts }]) => {
    const name = `${type}.${place.replaceAll('[0]', '').replace(/\.coding(?=\[|$)/, '')}`;
    return resource.leaf(path, `${name}: ${inOneLine(parts)}`, RULE);
  });
  return [...kept, ...said];
}

/** Parts of a Coding, an Identifier, a Quantity: read best in one line. */
const PARTS: readonly string[] = ['comparator', 'value', 'unit', 'display', 'code', 'version', 'system'];

function inOneLine(parts: ReadonlyMap<string, string>): string {
  const of = (...keys: readonly string[]): string => keys.flatMap((key) => parts.get(key) ?? []).join(' ');
  const words = of('', 'comparator', 'value', 'unit', 'display');
  const codes = of('code', 'version', 'system');
  return words === '' ? codes : codes === '' ? words : `${words} [${codes}]`;
}

/** Of the kept fields that did not go back: `PID-10: …`. */
function sourceFields(resource: Spot<DomainResource>): Leaf<string>[] {
  return each<Extension>(resource.at('extension')).flatMap((kept) => {
    if (kept.value?.url !== SOURCE_FIELD || kept.unread().length === 0) return [];
    const parts = each(kept.at('extension'));
    const [path, value] = ['path', 'value'].map((url) =>
      parts.find((part) => part.value?.url === url)?.at('valueString'),
    );
    const event = /^EVN-/.test(path?.value ?? '');
    if (event) kept.pass('tells of the message that was received, not of the patient');
    const leaf = event ? undefined : value?.saidAs(RULE, (text) => `${path?.value ?? ''}: ${text}`);
    kept.pass('said with its value');
    return leaf === undefined ? [] : [leaf];
  });
}

function skip(resource: Spot<FhirResource>): void {
  const start = resource.path().length + 1;
  for (const { path, text } of resource.unread()) {
    const reason = NO_WORDS.find(([pattern]) => pattern.test(path.slice(start)))?.[1];
    if (reason !== undefined) resource.skip(path, reason);
    else if (path.endsWith('.type') && /^[A-Z]\w+$/.test(text)) resource.skip(path, 'FHIR’s own: type of a reference');
    else if (text === WK_DERIVED) {
      resource.skip(path, 'made by the gateway');
      resource.skip(path.replace(/system$/, 'value'), 'made by the gateway');
    }
  }
  const text = asDomain(resource).at('text');
  if (text.value?.status === 'generated') text.pass('made from the rest');
}

/** Every resource of a message but Binary and Parameters has what is common to all. */
const asDomain = (resource: Spot<FhirResource>): Spot<DomainResource> => resource as Spot<DomainResource>;

/** A reference within the Bundle by what it refers to: its number, else its type. */
function wordsOf(text: string, entries: Entries): string | undefined {
  if (!text.startsWith('urn:uuid:')) return text;
  const target = entries.named(text)?.value;
  if (target === undefined) return text;
  const numbers: unknown = Reflect.get(target, 'identifier');
  const list = (Array.isArray(numbers) ? numbers : [numbers]) as ({ system?: string; value?: string } | undefined)[];
  const number = list.find((one) => one?.system !== WK_DERIVED)?.value;
  return number === undefined ? undefined : `${target.resourceType} ${number}`;
}

/** Everything that was passed, with its reason: for `explain`. */
export const passedIn = (entries: Entries): Unused[] => entries.all.flatMap((entry) => entry.passed());

/** For a message that has no NTE there: what no field took, as an observation in words. */
export const restSegment = (rest: readonly Leaf<string>[], setId: number): SheetSegment[] =>
  rest.length === 0
    ? []
    : [
        new SheetSegment('OBX', {
          1: constant(String(setId), RULE),
          2: constant('TX', RULE),
          3: rep(undefined, constant('Overige gegevens', RULE)),
          5: rest.map((line) => rep(line)),
          11: constant('F', RULE),
        }),
      ];
