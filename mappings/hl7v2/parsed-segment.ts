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
    this.#used.set(keyOf(cell), how);
  }

  release(cell: Cell): void {
    this.#used?.delete(keyOf(cell));
  }

  howUsed(cell: Cell): string | undefined {
    return this.#used?.get(keyOf(cell));
  }

  unusedCells(): readonly Cell[] {
    return this.#cells((field, repetition, component, sub) => {
      return this.#used?.has(numberOf(field, repetition, component, sub)) !== true;
    });
  }

  filledCells(): readonly Cell[] {
    return this.#cells(() => true);
  }

  /** Filled cells in the places asked for; a cell is only made where its place is. */
  #cells(isAsked: (field: number, repetition: number, component: number, sub: number) => boolean): readonly Cell[] {
    const filled: Cell[] = [];
    for (let field = this.name === 'MSH' ? 3 : 1; field <= this.fieldCount(); field++) {
      for (const repetition of this.reps(field)) {
        for (let component = 1; component <= repetition.componentCount(); component++) {
          for (let sub = 1; sub <= repetition.subcomponentCount(component); sub++) {
            if (!isAsked(field, repetition.repetition, component, sub)) continue;
            const cell = repetition.cell(component, sub);
            if (cell.filled) filled.push(cell);
          }
        }
      }
    }
    return filled;
  }
}

const keyOf = ({ field, repetition, component, subcomponent }: Cell): number =>
  numberOf(field, repetition, component, subcomponent);

/** One number per place of a segment: a small integer where the place is near, which costs nothing to keep and to find. */
function numberOf(field: number, repetition: number, component: number, subcomponent: number): number {
  const isNear = field < 256 && repetition < 128 && component < 128 && subcomponent < 128;
  if (isNear) return (field << 21) | (repetition << 14) | (component << 7) | subcomponent;
  return FAR + ((field * 8192 + repetition) * 4096 + component) * 4096 + subcomponent;
}

const FAR = 2 ** 30;
