/** One repetition of a field of a parsed message, split into components when first asked. */
import type { Message, Repetition, Segment } from './message.ts';
import { NULL, ParsedCell } from './parsed-cell.ts';

/** What a repetition must know of the field it is one of. */
export interface FieldOf {
  readonly segment: Segment;
  readonly message: Pick<Message, 'delimiters' | 'charset'>;
  /** `OBX[3]`. */
  segmentPath(): string;
  repetitionCount(field: number): number;
}

export class ParsedRepetition implements Repetition {
  readonly segment: Segment;
  readonly field: number;
  readonly repetition: number;
  readonly raw: string;
  readonly isNull: boolean;
  readonly #of: FieldOf;
  readonly #literal: boolean;
  #components: readonly string[] | undefined;
  #filled: boolean | undefined;
  /** First subcomponents, by component: most cells are asked for more than once. */
  readonly #cells: (ParsedCell | undefined)[] = [];

  constructor(of: FieldOf, field: number, repetition: number, raw: string, literal: boolean) {
    this.#of = of;
    this.segment = of.segment;
    this.field = field;
    this.repetition = repetition;
    this.raw = raw;
    this.isNull = raw === NULL;
    this.#literal = literal;
  }

  get filled(): boolean {
    if (this.raw === '' || this.isNull) return false;
    if (this.#literal) return true;
    this.#filled ??= this.#split().some((component) =>
      this.#subs(component).some((text) => text.trim() !== '' && text !== NULL),
    );
    return this.#filled;
  }

  #split(): readonly string[] {
    const { component } = this.#of.message.delimiters;
    this.#components ??= this.#literal || !this.raw.includes(component) ? [this.raw] : this.raw.split(component);
    return this.#components;
  }

  #subs(component: string): readonly string[] {
    const mark = this.#of.message.delimiters.subcomponent;
    return this.#literal || mark === '' || !component.includes(mark) ? [component] : component.split(mark);
  }

  cell(component: number, subcomponent = 1): ParsedCell {
    if (subcomponent !== 1) return this.#cell(component, subcomponent);
    return (this.#cells[component] ??= this.#cell(component, 1));
  }

  #cell(component: number, subcomponent: number): ParsedCell {
    const raw = this.#subs(this.#split()[component - 1] ?? '')[subcomponent - 1] ?? '';
    return new ParsedCell(this.#of.message, this, component, subcomponent, raw, this.#literal);
  }

  componentCount(): number {
    return lastFilled(this.#split(), (text) => text !== '');
  }

  subcomponentCount(component: number): number {
    return lastFilled(this.#subs(this.#split()[component - 1] ?? ''), (text) => text !== '');
  }

  path(): string {
    const several = this.repetition > 1 || this.#of.repetitionCount(this.field) > 1;
    return `${this.#of.segmentPath()}-${this.field}${several ? `[${this.repetition}]` : ''}`;
  }
}

export function lastFilled<T>(items: readonly T[], filled: (item: T) => boolean): number {
  for (let index = items.length - 1; index >= 0; index--) if (filled(items[index] as T)) return index + 1;
  return 0;
}
