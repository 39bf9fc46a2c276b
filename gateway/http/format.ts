/** In which of FHIR's two forms an answer is wanted: `_format`, else `Accept`, else as the request came (R4 http.html#mime-type). */
import type { Request } from 'express';
import { formOf, type Form } from '../flows/tree.ts';

const NAMES: Readonly<Record<Form, readonly string[]>> = {
  json: ['application/fhir+json', 'application/json', 'text/json'],
  xml: ['application/fhir+xml', 'application/xml', 'text/xml'],
};

/** Null when neither form is wanted. */
export function formAsked(request: Request): Form | null {
  const { _format: asked } = request.query;
  // In a query a plus stands for a space, and many leave it unescaped.
  if (typeof asked === 'string') return formNamed(asked.replace(' ', '+'));
  const alike = formOf(request.headers['content-type'] ?? '');
  const found = request.accepts([...NAMES[alike], ...NAMES[alike === 'xml' ? 'json' : 'xml']]);
  return typeof found === 'string' ? formNamed(found) : null;
}

const formNamed = (name: string): Form | null =>
  (['json', 'xml'] as const).find((form) => name === form || NAMES[form].includes(name.toLowerCase())) ?? null;
