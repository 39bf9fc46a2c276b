/** The tree behind `readXml`, grown tag by tag along R4's own definitions. Throws XmlFault. */
import type { SaxesTagNS } from 'saxes';
import { isResourceType } from '../r4/definitions.ts';
import { shapeOf, type Shape, type Slot } from '../structure/shape.ts';
import { XmlFault } from './fault.ts';
import { attributes, childSlot, inFhir, XHTML } from './names.ts';
import { put, putSaid, tidy, type Json, type Said } from './put.ts';

/** What an open element is. */
type Frame =
  /** A resource or a complex type; `shape` is null where R4 does not know the resource. */
  | { readonly kind: 'object'; readonly step: string; readonly shape: Shape | null; readonly value: Json }
  | ({ readonly kind: 'primitive'; readonly step: string } & Said)
  /** `contained`, `resource`: holds a resource by its own name. */
  | { readonly kind: 'wrapper'; readonly step: string; readonly slot: Slot; held: boolean }
  /** `start`: offset of its tag in the document, UTF-16 code units. */
  | { readonly kind: 'narrative'; readonly step: string; readonly start: number }
  | { readonly kind: 'ignored'; readonly step: string };

/** Steps of a path that are shown. */
const SHOWN = 20;

export class Tree {
  root: unknown;
  readonly #document: string;
  readonly #maxDepth: number;
  readonly #frames: Frame[] = [];
  /** Elements within the narrative or the ignored element that is open. */
  #within = 0;
  #tagStart = 0;

  constructor(document: string, maxDepth: number) {
    this.#document = document;
    this.#maxDepth = maxDepth;
  }

  /** A simple FHIRPath; names R4 does not know are not in it. */
  path(): string {
    const steps = this.#frames.slice(0, SHOWN).map(({ step }) => step);
    return steps.join('') + (this.#frames.length > SHOWN ? '…' : '');
  }

  tagStarts(position: number): void {
    this.#tagStart = this.#document.lastIndexOf('<', position);
  }

  instruction(): void {
    if (this.#frames.at(-1)?.kind === 'narrative') throw new XmlFault('a narrative holds no processing instruction');
  }

  text(data: string): void {
    const kind = this.#frames.at(-1)?.kind;
    if (kind === 'narrative' || kind === 'ignored' || kind === undefined) return;
    if (/[^ \t\r\n]/.test(data)) throw new XmlFault('text stands between the elements: values are attributes');
  }

  open(tag: SaxesTagNS): void {
    if (this.#frames.length + this.#within >= this.#maxDepth) {
      throw new XmlFault(`nested deeper than ${this.#maxDepth} levels`, 'xml-depth');
    }
    const parent = this.#frames.at(-1);
    if (parent?.kind === 'narrative' || parent?.kind === 'ignored') {
      this.#within += 1;
      if (parent.kind === 'narrative' && (tag.prefix !== '' || tag.uri !== XHTML)) {
        throw new XmlFault('a narrative holds XHTML without prefixes only', 'xml-namespace');
      }
      return;
    }
    this.#frames.push(this.#frameOf(tag, parent));
  }

  close(position: number): void {
    if (this.#within > 0) {
      this.#within -= 1;
      return;
    }
    const frame = this.#frames.pop();
    const parent = this.#frames.at(-1);
    if (frame?.kind === 'object') tidy(frame.value, frame.shape);
    if (frame?.kind === 'wrapper' && !frame.held) throw new XmlFault('an element that wraps a resource holds none');
    if (parent?.kind !== 'object') return;
    if (frame?.kind === 'primitive') putSaid(parent.value, frame);
    else if (frame?.kind === 'narrative') {
      if (parent.value['div'] !== undefined) throw new XmlFault('a narrative has one div');
      parent.value['div'] = this.#document.slice(frame.start, position);
    }
  }

  #frameOf(tag: SaxesTagNS, parent: Exclude<Frame, { kind: 'narrative' | 'ignored' }> | undefined): Frame {
    const { local } = tag;
    if (parent === undefined || parent.kind === 'wrapper') return this.#resource(tag, parent);
    const shape = parent.kind === 'primitive' ? shapeOf('Element') : parent.shape;
    const slot = shape === null ? undefined : childSlot(shape, local);
    if (slot?.typeName === 'xhtml') {
      if (tag.uri !== XHTML) throw new XmlFault('the narrative is an XHTML div', 'xml-namespace');
      if (tag.prefix !== '') throw new XmlFault('a narrative holds XHTML without prefixes only', 'xml-namespace');
      return { kind: 'narrative', step: '.div', start: this.#tagStart };
    }
    inFhir(tag);
    if (slot === undefined) return unknown(parent, local);
    const step = stepOf(slot, parent.value);
    if (slot.isResource) {
      attributes(tag, []);
      return { kind: 'wrapper', step, slot, held: false };
    }
    if (slot.check !== null) {
      const { id, value } = attributes(tag, ['id', 'value']);
      const said: Json = id === undefined ? {} : { id };
      return { kind: 'primitive', step, slot, value: said, text: value ?? null };
    }
    const within = slot.shape();
    const value: Json = attributes(tag, within.name === 'Extension' ? ['id', 'url'] : ['id']);
    put(parent.value, slot, value);
    return { kind: 'object', step, shape: within, value };
  }

  #resource(tag: SaxesTagNS, wrapper: Extract<Frame, { kind: 'wrapper' }> | undefined): Frame {
    inFhir(tag);
    attributes(tag, []);
    const value: Json = { resourceType: tag.local };
    const shape = isResourceType(tag.local) ? shapeOf(tag.local) : null;
    if (wrapper === undefined) {
      this.root = value;
      return { kind: 'object', step: shape === null ? 'Resource' : tag.local, shape, value };
    }
    if (wrapper.held) throw new XmlFault('an element that wraps a resource holds more than one');
    wrapper.held = true;
    const holder = this.#frames.at(-2);
    if (holder?.kind === 'object') put(holder.value, wrapper.slot, value);
    return { kind: 'object', step: '', shape, value };
  }
}

/** Left in the tree by its name, for the structure check to refuse; where that name is taken, refused here. */
function unknown(parent: Extract<Frame, { kind: 'object' | 'primitive' }>, name: string): Frame {
  const means = name.startsWith('_') || name === 'resourceType' || name === 'id' || name === 'url';
  if (means) throw new XmlFault('an element stands here that R4 has as an attribute, or in JSON only');
  if (parent.kind === 'primitive' || parent.shape !== null) {
    Object.defineProperty(parent.value, name, { value: '', enumerable: true, configurable: true, writable: true });
  }
  return { kind: 'ignored', step: '' };
}

function stepOf({ name, list }: Slot, holder: Json): string {
  const before = holder[name];
  return list ? `.${name}[${Array.isArray(before) ? before.length : 0}]` : `.${name}`;
}
