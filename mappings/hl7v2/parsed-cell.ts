/** One (sub)component of a parsed message. */
import { unescapeText } from './escape.ts';
import type { Cell, Message, Repetition, Segment } from './message.ts';

/** HL7 null: the sender says "delete". */
export const NULL = '""';

export class ParsedCell implements Cell {
  readonly segment: Segment;
  readonly field: number;
  readonly repetition: number;
  readonly component: number;
  readonly subcomponent: number;
  readonly isNull: boolean;
  readonly filled: boolean;
  readonly #of: Repetition;
  readonly #message: Pick<Message, 'delimiters' | 'charset'>;
  readonly #raw: string;
  readonly #literal: boolean;

  /** `literal`: MSH-1 and MSH-2, whose delimiters delimit nothing. */
  constructor(
    message: Pick<Message, 'delimiters' | 'charset'>,
    of: Repetition,
    component: number,
    subcomponent: number,
    raw: string,
    literal: boolean,
  ) {
    this.#message = message;
    this.#of = of;
    this.#raw = raw;
    this.#literal = literal;
    this.segment = of.segment;
    this.field = of.field;
    this.repetition = of.repetition;
    this.component = component;
    this.subcomponent = subcomponent;
    this.isNull = raw === NULL;
    this.filled = raw.trim() !== '' && !this.isNull;
  }

  get text(): string {
    if (this.#literal) return this.#raw;
    const { delimiters, charset } = this.#message;
    return this.isNull ? '' : unescapeText(this.#raw, delimiters, charset);
  }

  #showsSubcomponent(): boolean {
    return this.subcomponent > 1 || this.#of.subcomponentCount(this.component) > 1;
  }

  #showsComponent(): boolean {
    return this.component > 1 || this.#of.componentCount() > 1 || this.#showsSubcomponent();
  }

  path(): string {
    const component = this.#showsComponent() ? `.${this.component}` : '';
    return this.#of.path() + component + (this.#showsSubcomponent() ? `.${this.subcomponent}` : '');
  }

  errorLocation(): string {
    const parts: (string | number)[] = [this.segment.name, this.segment.ordinal, this.field, this.repetition];
    if (this.#showsComponent()) parts.push(this.component);
    if (this.#showsSubcomponent()) parts.push(this.subcomponent);
    return parts.join('^');
  }
}
