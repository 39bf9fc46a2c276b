/** Search on a sandbox partner: identifier (_tag for a type without one), _id, patient, subject, _count; anything else is refused, never ignored. */
import { refused } from './outcome.ts';
import { tokenParameter, type Kept, type Store } from './store.ts';

const MOST = 1_000;
const DEFAULT_COUNT = 100;

type Test = (kept: Kept) => boolean;

const aboutPatient = (value: string): Test => {
  const reference = value.includes('/') ? value : `Patient/${value}`;
  return (kept) => kept.subject === reference;
};

function testOf(store: Store, type: string, name: string, value: string): Test {
  switch (name) {
    case '_id':
      return (kept) => value.split(',').includes(kept.id);
    case tokenParameter(type): {
      const ids = new Set(value.split(',').flatMap((token) => store.withIdentifier(type, token)));
      return (kept) => ids.has(kept.id);
    }
    case 'patient':
    case 'subject':
      return aboutPatient(value);
    default:
      throw refused(
        400,
        'not-supported',
        'search-parameter',
        '',
        `this server does not search by ${name.slice(0, 40)}`,
      );
  }
}

function countOf(value: string | null): number {
  if (value === null) return DEFAULT_COUNT;
  if (!/^\d{1,6}$/.test(value)) throw refused(400, 'value', '_count', '', '_count must be a number');
  return Math.min(MOST, Number(value));
}

/** FHIR JSON of the searchset, oldest change first; `total` counts all matches. */
export function search(store: Store, type: string, query: URLSearchParams, base: string): string {
  const count = countOf(query.get('_count'));
  const tests = [...query]
    .filter(([name]) => name !== '_count')
    .map(([name, value]) => testOf(store, type, name, value));
  const found = store.all(type).filter((kept) => tests.every((test) => test(kept)));
  const entries = found
    .slice(0, count)
    .map(
      ({ id, json }) =>
        `{"fullUrl":${JSON.stringify(`${base}/${type}/${id}`)},"resource":${json},"search":{"mode":"match"}}`,
    );
  // A FHIR list is never empty: no match, no `entry`.
  const list = entries.length === 0 ? '' : `,"entry":[${entries.join(',')}]`;
  return `{"resourceType":"Bundle","type":"searchset","total":${found.length}${list}}`;
}
