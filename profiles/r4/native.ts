/**
 * The R4 invariants met most often, written out: they run on every element, where a FHIRPath engine costs more than
 * all the rest. Their expressions stay in invariants.json, and a test holds these to the same answers.
 */
export type Json = Readonly<Record<string, unknown>>;
/** True when the rule holds; else false, or the path below the item of what breaks it. */
export type NativeRule = (item: Json, resource: Json) => boolean | string;

const has = (item: Json, name: string) => item[name] !== undefined || item[`_${name}`] !== undefined;
const hasChoice = (item: Json, stem: string) => {
  for (const key of Object.keys(item)) {
    const name = key.startsWith('_') ? key.slice(1) : key;
    if (name.length > stem.length && name.startsWith(stem) && /[A-Z]/.test(name.charAt(stem.length))) return true;
  }
  return false;
};
const list = (value: unknown): readonly Json[] =>
  (Array.isArray(value) ? value : value === undefined ? [] : [value]).filter(
    (each): each is Json => typeof each === 'object' && each !== null && !Array.isArray(each),
  );
const object = (value: unknown): Json => list(value)[0] ?? {};

/** Whether a CodeableConcept (or a list of them) has one of the codes of a system. */
const coded = (value: unknown, system: string, ...codes: readonly string[]) =>
  list(value).some((concept) =>
    list(concept['coding']).some((each) => each['system'] === system && codes.includes(String(each['code']))),
  );

const VERIFICATION = 'http://terminology.hl7.org/CodeSystem/condition-ver-status';
const CLINICAL = 'http://terminology.hl7.org/CodeSystem/condition-clinical';
const ALLERGY = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification';
const CATEGORY = 'http://terminology.hl7.org/CodeSystem/condition-category';

/** Not later, as far as both are precise; what cannot be compared is not called wrong. */
function notAfter(start: unknown, end: unknown): boolean {
  if (typeof start !== 'string' || typeof end !== 'string') return true;
  if (start.includes('T') && end.includes('T')) {
    const [from, to] = [Date.parse(start), Date.parse(end)];
    return Number.isNaN(from) || Number.isNaN(to) || from <= to;
  }
  const shared = Math.min(start.length, end.length, 10);
  return start.slice(0, shared) <= end.slice(0, shared);
}

/** Numbers of one unit; quantities of different units are not compared. */
function notMore(low: Json, high: Json): boolean {
  const [from, to] = [low['value'], high['value']];
  if (typeof from !== 'number' || typeof to !== 'number') return true;
  return low['code'] !== high['code'] || low['system'] !== high['system'] || from <= to;
}

/** No active content in a narrative (R4 §Narrative, txt-1): no scripts, forms, frames, event attributes. */
function safeHtml(html: unknown): boolean {
  if (typeof html !== 'string') return true;
  return !/<\s*(?:script|iframe|frame|form|input|object|embed|base|link|head|body|style)\b|\son[a-z]+\s*=|javascript:/i.test(
    html,
  );
}

const entriesWith = (bundle: Json, part: string, types: readonly string[]): boolean | string => {
  const wanted = types.includes(String(bundle['type']));
  const entries = Array.isArray(bundle['entry']) ? (bundle['entry'] as unknown[]) : [];
  const wrong = entries.findIndex((entry) => has(object(entry), part) !== wanted);
  return wrong === -1 || `entry[${wrong}]${has(object(entries[wrong]), part) ? `.${part}` : ''}`;
};

/** References inside a resource to its contained ones, of any kind (`#id`). */
function innerReferences(value: unknown, found: Set<string>, depth: number): Set<string> {
  if (typeof value === 'string') {
    if (value.startsWith('#')) found.add(value);
  } else if (typeof value === 'object' && value !== null && depth < 100) {
    for (const each of Object.values(value)) innerReferences(each, found, depth + 1);
  }
  return found;
}

function containedIsUsed(resource: Json): boolean | string {
  const contained = list(resource['contained']);
  if (contained.length === 0) return true;
  const used = innerReferences(resource, new Set(), 0);
  const idle = contained.findIndex(
    (each) => !used.has(`#${String(each['id'])}`) && !innerReferences(each, new Set(), 0).has('#'),
  );
  return idle === -1 || `contained[${idle}]`;
}

const containedWithout = (resource: Json, wrong: (contained: Json) => boolean): boolean | string => {
  const index = list(resource['contained']).findIndex(wrong);
  return index === -1 || `contained[${index}]`;
};

export const NATIVE: Readonly<Record<string, NativeRule>> = {
  'ext-1': (item) => has(item, 'extension') !== hasChoice(item, 'value'),
  // Checked with the structure, where a reference is resolved.
  'ref-1': () => true,
  'bdl-7': () => true,
  'qty-3': (item) => !has(item, 'code') || has(item, 'system'),
  'sqty-1': (item) => !has(item, 'comparator') || 'comparator',
  'per-1': (item) => notAfter(item['start'], item['end']),
  'rng-2': (item) => notMore(object(item['low']), object(item['high'])),
  'rat-1': (item) =>
    has(item, 'numerator') === has(item, 'denominator') && (has(item, 'numerator') || has(item, 'extension')),
  'att-1': (item) => !has(item, 'data') || has(item, 'contentType'),
  'cpt-2': (item) => !has(item, 'value') || has(item, 'system'),
  'dom-2': (item) => containedWithout(item, (each) => has(each, 'contained')),
  'dom-3': containedIsUsed,
  'dom-4': (item) =>
    containedWithout(item, ({ meta }) => has(object(meta), 'versionId') || has(object(meta), 'lastUpdated')),
  'dom-5': (item) => containedWithout(item, ({ meta }) => has(object(meta), 'security')),
  'pat-1': (item) => ['name', 'telecom', 'address', 'organization'].some((name) => has(item, name)),
  'obs-3': (item) => ['low', 'high', 'text'].some((name) => has(item, name)),
  'obs-6': (item) => !has(item, 'dataAbsentReason') || !hasChoice(item, 'value') || 'dataAbsentReason',
  'obs-7': (item) => {
    if (item['component'] === undefined || !hasChoice(item, 'value')) return true;
    const own = list(object(item['code'])['coding']).map((each) => JSON.stringify(each));
    const same = list(item['component']).findIndex((component) =>
      list(object(component['code'])['coding']).some((each) => own.includes(JSON.stringify(each))),
    );
    return same === -1 || `component[${same}].code`;
  },
  'org-1': (item) => has(item, 'identifier') || has(item, 'name'),
  'org-2': (item) => item['use'] !== 'home' || 'use',
  'org-3': (item) => item['use'] !== 'home' || 'use',
  // The published expression compares a CodeableConcept with a text; the rule is about its code.
  'con-3': (item) =>
    has(item, 'clinicalStatus') ||
    coded(item['verificationStatus'], VERIFICATION, 'entered-in-error') ||
    !coded(item['category'], CATEGORY, 'problem-list-item'),
  'con-4': (item) =>
    !hasChoice(item, 'abatement') || coded(item['clinicalStatus'], CLINICAL, 'resolved', 'remission', 'inactive'),
  'con-5': (item) =>
    !coded(item['verificationStatus'], VERIFICATION, 'entered-in-error') || !has(item, 'clinicalStatus'),
  'ait-1': (item) => coded(item['verificationStatus'], ALLERGY, 'entered-in-error') || has(item, 'clinicalStatus'),
  'ait-2': (item) => !coded(item['verificationStatus'], ALLERGY, 'entered-in-error') || !has(item, 'clinicalStatus'),
  'prr-1': (item) => !has(item, 'orderDetail') || has(item, 'code'),
  'Task:inv-1': (item) => notAfter(item['authoredOn'], item['lastModified']),
  'tim-1': (item) => !has(item, 'duration') || has(item, 'durationUnit'),
  'tim-2': (item) => !has(item, 'period') || has(item, 'periodUnit'),
  'tim-4': (item) => typeof item['duration'] !== 'number' || item['duration'] >= 0 || 'duration',
  'tim-5': (item) => typeof item['period'] !== 'number' || item['period'] >= 0 || 'period',
  'tim-6': (item) => !has(item, 'periodMax') || has(item, 'period'),
  'tim-7': (item) => !has(item, 'durationMax') || has(item, 'duration'),
  'tim-8': (item) => !has(item, 'countMax') || has(item, 'count'),
  'tim-10': (item) => !has(item, 'timeOfDay') || !has(item, 'when'),
  'bdl-1': (item) => !has(item, 'total') || ['searchset', 'history'].includes(String(item['type'])) || 'total',
  'bdl-2': (item) => {
    const index = item['type'] === 'searchset' ? -1 : list(item['entry']).findIndex((entry) => has(entry, 'search'));
    return index === -1 || `entry[${index}].search`;
  },
  'bdl-3': (item) => entriesWith(item, 'request', ['batch', 'transaction', 'history']),
  'bdl-4': (item) => entriesWith(item, 'response', ['batch-response', 'transaction-response', 'history']),
  'bdl-5': (item) => ['resource', 'request', 'response'].some((name) => has(item, name)),
  'bdl-8': (item) => typeof item['fullUrl'] !== 'string' || !item['fullUrl'].includes('/_history/') || 'fullUrl',
};

/** Invariants on a text instead of an object. */
export const NATIVE_TEXT: Readonly<Record<string, (text: unknown) => boolean>> = {
  'txt-1': safeHtml,
  'txt-2': safeHtml,
};
