/** One segment of a parsed message, split into fields when first asked. */
import type { Cell, Message, Segment } from './message.ts';
import type { ParsedCell } from './parsed-cell.ts';
import { lastFilled, ParsedRepetition, type FieldOf } from './parsed-repetition.ts';

export class ParsedSegment implements Segment, FieldOf {
  readonly name: string;
  readonly ordinal: number;
  readonly position: number;
  readonly message: Message;
  get segment(): Segment {
    return this;
  }
  readonly #line: string;
  #fields: readonly string[] | undefined;
  readonly #repetitions: (readonly ParsedRepetition[] | undefined)[] = [];
  /** By place; '' where a leaf names the cell. */
  #used: Map<number, string> | undefined;

  constructor(message: Message, line: string, name: string, ordinal: number, position: number) {
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

  #isEmpty(field: number): boolean {
    return field < 1 || (this.#split()[field] ?? '') === '';
  }

  #isLiteral(field: number): boolean {
    return field <= 2 && this.name === 'MSH';
  }

  rep(field: number, repetition = 1): ParsedRepetition {
    return this.#all(field)[repetition - 1] ?? new ParsedRepetition(this, field, repetition, '', false);
  }

  reps(field: number): readonly ParsedRepetition[] {
    if (this.#isEmpty(field)) return [];
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
  segmentPath(): string {
    return this.message.all(this.name).length > 1 ? `${this.name}[${this.ordinal}]` : this.name;
  }

  markUsed(cell: Cell, how = ''): void {
    this.#used ??= new Map();
    const key = keyOf(cell);
    // A leaf that names the cell tells more than the words of a mark.
    if (how === '' || !this.#used.has(key)) this.#used.set(key, how);
  }

  howUsed(cell: Cell): string | undefined {
    return this.#used?.get(keyOf(cell));
  }

  unusedCells(): readonly Cell[] {
    return this.filledCells().filter((cell) => this.howUsed(cell) === undefined);
  }

  filledCells(): readonly Cell[] {
    const filled: Cell[] = [];
    for (let field = this.name === 'MSH' ? 3 : 1; field <= this.fieldCount(); field++) {
      for (const repetition of this.reps(field)) {
        for (let component = 1; component <= repetition.componentCount(); component++) {
          for (let sub = 1; sub <= repetition.subcomponentCount(component); sub++) {
            const cell = repetition.cell(component, sub);
            if (cell.filled) filled.push(cell);
          }
        }
      }
    }
    return filled;
  }
}

/** One number per place of a segment; places beyond 4096 of a kind would share one, which only `--explain` would see. */
const keyOf = (cell: Cell): number =>
  ((cell.field * 4096 + cell.repetition) * 4096 + cell.component) * 4096 + cell.subcomponent;
