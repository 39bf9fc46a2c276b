/** What the names of an XML document mean in FHIR: which are elements, which attributes, and in which namespace. */
import type { SaxesTagNS } from 'saxes';
import type { Shape, Slot } from '../structure/shape.ts';
import { XmlFault } from './fault.ts';

export const FHIR = 'http://hl7.org/fhir';
export const XHTML = 'http://www.w3.org/1999/xhtml';

/** The slot of a child element: what is an attribute in XML, and the `_name` keys of JSON, are no elements. */
export function childSlot(shape: Shape, name: string): Slot | undefined {
  const slot = shape.slots.get(name);
  if (slot === undefined || slot.underscore) return undefined;
  const isAttribute = !shape.isResource && (name === 'id' || (name === 'url' && shape.name === 'Extension'));
  return isAttribute ? undefined : slot;
}

export function inFhir({ uri }: SaxesTagNS): void {
  if (uri !== FHIR) throw new XmlFault(`elements are in the namespace ${FHIR}`, 'xml-namespace');
}

const XMLNS = 'http://www.w3.org/2000/xmlns/';
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

/** The attributes by name; any but these is a fault, save the declarations XML itself needs. */
export function attributes<const Name extends string>(
  tag: SaxesTagNS,
  known: readonly Name[],
): { [name in Name]?: string } {
  const found: { [name in Name]?: string } = {};
  for (const { uri, prefix, local, value } of Object.values(tag.attributes)) {
    if (uri === XMLNS || (uri === XSI && local === 'schemaLocation')) continue;
    const name = prefix === '' ? known.find((each) => each === local) : undefined;
    if (name === undefined) throw new XmlFault('an attribute stands here that R4 does not have');
    found[name] = value;
  }
  return found;
}
