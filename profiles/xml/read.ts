/**
 * FHIR XML (R4 xml.html) into the tree the JSON form of the same resource has, so that everything behind it knows one
 * form only. Strict XML 1.0 in UTF-8: no document type, so no entities but XML's own five; bounded in depth. The order of
 * elements is not looked at, comments and `xsi:schemaLocation` are passed over. What R4 does not know is left in the tree
 * for the structure check to name. Refusals never hold a value of the document, only the place.
 */
import { SaxesParser } from 'saxes';
import type { Issue } from '../issue.ts';
import type { ReadJson } from '../json/read.ts';
import { CODES, XmlFault } from './fault.ts';
import { XHTML } from './names.ts';
import { Tree } from './tree.ts';

const DEFAULT_DEPTH = 100;

/** The same answer as `readJson` gives; a fault is told by line and column, and by the FHIRPath reached. */
export function readXml(text: string, options: { readonly maxDepth?: number } = {}): ReadJson {
  const half = text.search(/\p{Surrogate}/u);
  // The parser stumbles over half a character; bytes that are UTF-8 never hold one.
  if (half >= 0) return { ok: false, issue: issueAt(placeOf(text, half), '', new XmlFault('half a character')) };
  const parser = new SaxesParser({ xmlns: true });
  const tree = new Tree(text, options.maxDepth ?? DEFAULT_DEPTH);
  parser.on('xmldecl', ({ version, encoding }) => {
    if (version !== undefined && version !== '1.0') throw new XmlFault('only XML 1.0 is read', 'xml-encoding');
    if (encoding !== undefined && !/^utf-8$/i.test(encoding)) throw new XmlFault('FHIR XML is UTF-8', 'xml-encoding');
  });
  parser.on('doctype', () => {
    throw new XmlFault('a document type is never read', 'xml-doctype');
  });
  parser.on('processinginstruction', () => tree.instruction());
  parser.on('cdata', (data) => tree.text(data));
  parser.on('text', (data) => tree.text(data));
  parser.on('opentagstart', () => tree.tagStarts(parser.position));
  parser.on('opentag', (tag) => tree.open(tag));
  parser.on('closetag', () => tree.close(parser.position));
  parser.on('error', (error) => {
    throw new XmlFault(plainWords(error.message));
  });
  try {
    parser.write(text).close();
    return { ok: true, value: tree.root };
  } catch (error) {
    if (!(error instanceof XmlFault)) throw error;
    return { ok: false, issue: issueAt(`Line ${parser.line}, column ${parser.columnIndex}`, tree.path(), error) };
  }
}

const issueAt = (place: string, expression: string, { rule, message }: XmlFault): Issue => ({
  severity: 'error',
  code: CODES[rule],
  expression,
  text: `${place}: ${message}.`,
  rule,
});

function placeOf(text: string, at: number): string {
  const before = text.slice(0, at);
  return `Line ${before.split('\n').length}, column ${at - before.lastIndexOf('\n')}`;
}

/** `4:12: unmatched closing tag: name.` without its place and without the name, which is the sender's. */
const plainWords = (message: string): string =>
  message
    .replace(/^(\d+:\d+: )/, '')
    .replace(/:.*$/s, '')
    .replace(/\.$/, '');

/** Whether a narrative may stand in an XML document as it is: one well-formed XHTML `div`, and nothing beside it. */
export function isNarrative(div: string): boolean {
  const parser = new SaxesParser({ xmlns: true });
  let whole = true;
  const no = (): void => {
    whole = false;
  };
  parser.on('doctype', no);
  parser.on('processinginstruction', no);
  parser.on('xmldecl', no);
  parser.on('error', no);
  parser.on('opentag', ({ uri, prefix }) => {
    if (uri !== XHTML || prefix !== '') no();
  });
  parser.write(div).close();
  return whole;
}
