/** Message, segments, repetitions and cells over the text of one message; split only where someone looks. */
import { unescapeText } from './escape.ts';
import type { Cell, Delimiters, Message, Repetition, Segment } from './message.ts';

const NULL = '""';
const NONE: readonly ParsedSegment[] = [];

export class ParsedMessage implements Message {
  readonly delimiters: Delimiters;
  readonly charset: string;
  readonly segments: readonly ParsedSegment[];
  readonly header: ParsedSegment;
  readonly #byName = new Map<string, ParsedSegment[]>();

  /** `first` is the text of MSH, `rest` that of the segments after it; each starts with its name. */
  constructor(delimiters: Delimiters, charset: string, first: string, rest: readonly string[]) {
    this.delimiters = delimiters;
    this.charset = charset;
    this.header = this.#take(first, 1);
    this.segments = [this.header, ...rest.map((line, index) => this.#take(line, index + 2))];
  }

  #take(line: string, position: number): ParsedSegment {
    const name = line.slice(0, 3);
    const same = this.#byName.get(name);
    const segment = new ParsedSegment(this, line, name, (same?.length ?? 0) + 1, position);
    if (same === undefined) this.#byName.set(name, [segment]);
    else same.push(segment);
    return segment;
  }

  first(name: string): ParsedSegment | undefined {
    return this.#byName.get(name)?.[0];
  }

  all(name: string): readonly ParsedSegment[] {
    return this.#byName.get(name) ?? NONE;
  }
}

class ParsedSegment implements Segment {
  readonly name: string;
  readonly ordinal: number;
  readonly position: number;
  readonly message: ParsedMessage;
  readonly #line: string;
  #fields: readonly string[] | undefined;
  readonly #repetitions: (readonly ParsedRepetition[] | undefined)[] = [];
  #used: Set<number> | undefined;

  constructor(message: ParsedMessage, line: string, name: string, ordinal: number, position: number) {
    this.message = message;
    this.#line = line;
    this.name = name;
    this.ordinal = ordinal;
    this.position = position;
  }

  /** Fields with their HL7 number as index; MSH-1 is the separator itself. */
  #split(): readonly string[] {
    if (this.#fields === undefined) {
      const separator = this.message.delimiters.field;
      const parts = this.#line.split(separator);
      if (this.name === 'MSH') parts.splice(1, 0, separator);
      this.#fields = parts;
    }
    return this.#fields;
  }

  #all(field: number): readonly ParsedRepetition[] {
    const known = this.#repetitions[field];
    if (known !== undefined) return known;
    const raw = field < 1 ? '' : (this.#split()[field] ?? '');
    const mark = this.message.delimiters.repetition;
    const texts = this.#isLiteral(field) || !raw.includes(mark) ? [raw] : raw.split(mark);
    const made = texts.map((text, index) => new ParsedRepetition(this, field, index + 1, text, this.#isLiteral(field)));
    this.#repetitions[field] = made;
    return made;
  }

  #isLiteral(field: number): boolean {
    return field <= 2 && this.name === 'MSH';
  }

  rep(field: number, repetition = 1): ParsedRepetition {
    return this.#all(field)[repetition - 1] ?? new ParsedRepetition(this, field, repetition, '', false);
  }

  reps(field: number): readonly ParsedRepetition[] {
    return this.#all(field).filter((repetition) => repetition.filled || repetition.isNull);
  }

  /** Repetitions as written, trailing empty ones left out. */
  repetitionCount(field: number): number {
    return lastFilled(this.#all(field), (repetition) => repetition.raw !== '');
  }

  at(field: number, component = 1, subcomponent = 1): ParsedCell {
    return this.rep(field).cell(component, subcomponent);
  }

  fieldCount(): number {
    return this.#split().length - 1;
  }

  /** `OBX[3]`, or `PID` when the message has one. */
  path(): string {
    return this.message.all(this.name).length > 1 ? `${this.name}[${this.ordinal}]` : this.name;
  }

  markUsed(cell: Cell): void {
    this.#used ??= new Set();
    this.#used.add(keyOf(cell));
  }

  unusedCells(): readonly Cell[] {
    const unused: Cell[] = [];
    for (let field = this.name === 'MSH' ? 3 : 1; field <= this.fieldCount(); field++) {
      for (const repetition of this.reps(field)) {
        for (let component = 1; component <= repetition.componentCount(); component++) {
          for (let sub = 1; sub <= repetition.subcomponentCount(component); sub++) {
            const cell = repetition.cell(component, sub);
            if (cell.filled && this.#used?.has(keyOf(cell)) !== true) unused.push(cell);
          }
        }
      }
    }
    return unused;
  }
}

/** One number per place of a segment; places beyond 4096 of a kind would share one, which only `--explain` would see. */
const keyOf = (cell: Cell): number =>
  ((cell.field * 4096 + cell.repetition) * 4096 + cell.component) * 4096 + cell.subcomponent;

class ParsedRepetition implements Repetition {
  readonly segment: ParsedSegment;
  readonly field: number;
  readonly repetition: number;
  readonly raw: string;
  readonly isNull: boolean;
  readonly #literal: boolean;
  #components: readonly string[] | undefined;

  constructor(segment: ParsedSegment, field: number, repetition: number, raw: string, literal: boolean) {
    this.segment = segment;
    this.field = field;
    this.repetition = repetition;
    this.raw = raw;
    this.isNull = raw === NULL;
    this.#literal = literal;
  }

  get filled(): boolean {
    if (this.raw === '' || this.isNull) return false;
    if (this.#literal) return true;
    return this.#split().some((component) => this.#subs(component).some((text) => text !== '' && text !== NULL));
  }

  #split(): readonly string[] {
    const { component } = this.segment.message.delimiters;
    this.#components ??= this.#literal || !this.raw.includes(component) ? [this.raw] : this.raw.split(component);
    return this.#components;
  }

  #subs(component: string): readonly string[] {
    const mark = this.segment.message.delimiters.subcomponent;
    return this.#literal || mark === '' || !component.includes(mark) ? [component] : component.split(mark);
  }

  cell(component: number, subcomponent = 1): ParsedCell {
    const raw = this.#subs(this.#split()[component - 1] ?? '')[subcomponent - 1] ?? '';
    return new ParsedCell(this, component, subcomponent, raw, this.#literal);
  }

  componentCount(): number {
    return lastFilled(this.#split(), (text) => text !== '');
  }

  subcomponentCount(component: number): number {
    return lastFilled(this.#subs(this.#split()[component - 1] ?? ''), (text) => text !== '');
  }

  path(): string {
    const several = this.repetition > 1 || this.segment.repetitionCount(this.field) > 1;
    return `${this.segment.path()}-${this.field}${several ? `[${this.repetition}]` : ''}`;
  }
}

class ParsedCell implements Cell {
  readonly segment: ParsedSegment;
  readonly field: number;
  readonly repetition: number;
  readonly component: number;
  readonly subcomponent: number;
  readonly isNull: boolean;
  readonly filled: boolean;
  readonly #of: ParsedRepetition;
  readonly #raw: string;
  readonly #literal: boolean;

  constructor(of: ParsedRepetition, component: number, subcomponent: number, raw: string, literal: boolean) {
    this.#of = of;
    this.#raw = raw;
    this.#literal = literal;
    this.segment = of.segment;
    this.field = of.field;
    this.repetition = of.repetition;
    this.component = component;
    this.subcomponent = subcomponent;
    this.isNull = raw === NULL;
    this.filled = raw !== '' && !this.isNull;
  }

  get text(): string {
    if (this.#literal) return this.#raw;
    const { delimiters, charset } = this.segment.message;
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

function lastFilled<T>(items: readonly T[], filled: (item: T) => boolean): number {
  for (let index = items.length - 1; index >= 0; index--) if (filled(items[index] as T)) return index + 1;
  return 0;
}
