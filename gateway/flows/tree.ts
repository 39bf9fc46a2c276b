/** The bytes of a message in JSON or FHIR XML as a tree: one tree, whichever of the two forms it came in. */
import { readJson, type ReadJson } from '../../profiles/json/read.ts';
import { readXml } from '../../profiles/xml/read.ts';

export type Form = 'json' | 'xml';

/** The form a media type means: XML for `application/fhir+xml`, `application/xml` and `text/xml` (R4 http.html#mime-type). */
export const formOf = (mediaType: string): Form =>
  /^\s*(?:application|text)\/(?:fhir\+)?xml\s*(?:;|$)/i.test(mediaType) ? 'xml' : 'json';

export function readTree(bytes: Uint8Array, form: Form): ReadJson {
  const text = decodeUtf8(bytes);
  if (text !== null) return form === 'xml' ? readXml(text) : readJson(text);
  const words = 'the body is not UTF-8';
  return {
    ok: false,
    issue: { severity: 'error', code: 'structure', expression: '$', text: words, rule: 'charset' },
  };
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
