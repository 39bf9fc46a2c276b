/** What a writing request does to a partner: a transaction at the base, or one resource at its type or id. */
import { readJson } from '../../profiles/json/read.ts';
import { isError, type Issue } from '../../profiles/issue.ts';
import { isResource, readEntries, type Entry } from './entries.ts';
import { Refused, refused } from './outcome.ts';
import type { Resource } from './store.ts';

/** profiles/structure.ts `checkStructure`, as an argument. */
export type CheckStructure = (resource: unknown) => readonly Issue[];

/** The resource in these bytes, or a thrown refusal: 400 when unreadable, 422 when it breaks FHIR R4's structure. */
export function readResource(bytes: Uint8Array, checkStructure: CheckStructure): Resource {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refused(400, 'invalid', 'charset', '', 'not UTF-8');
  }
  const read = readJson(text);
  if (!read.ok) throw new Refused(400, [read.issue]);
  if (!isResource(read.value)) throw refused(400, 'structure', 'resource', '', 'not a FHIR resource');
  const faults = checkStructure(read.value).filter(isError);
  if (faults.length > 0) throw new Refused(422, faults);
  return read.value;
}

/** A request at `{Type}`, `{Type}/{id}` or `{Type}?identifier=…` as the transaction of one entry it amounts to. */
function asTransaction(method: string, url: string, resource: Resource, headers: RequestConditions): unknown {
  const request = {
    method,
    url,
    ...(headers.ifMatch === null ? {} : { ifMatch: headers.ifMatch }),
    ...(headers.ifNoneExist === null ? {} : { ifNoneExist: headers.ifNoneExist }),
  };
  return { resourceType: 'Bundle', type: 'transaction', entry: [{ resource, request }] };
}

export interface RequestConditions {
  readonly ifMatch: string | null;
  readonly ifNoneExist: string | null;
}

/** `url` is relative to the base; '' is the base itself. */
export function entriesOf(method: string, url: string, resource: Resource, headers: RequestConditions): Entry[] {
  return readEntries(url === '' ? resource : asTransaction(method, url, resource, headers));
}
