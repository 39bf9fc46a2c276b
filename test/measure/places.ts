/** The places of a message, by the paths that `--explain` gives them. */
import type { Message, Repetition } from '../../mappings/hl7v2/message.ts';
import type { Mapped } from '../../mappings/mapping.ts';

/** A cell, or a repetition as a whole. */
export interface Filled {
  /** Escapes resolved; of a repetition as it was written. */
  readonly text: string;
  readonly isNull: boolean;
  /** `PID-3`, whatever the repetition and component. */
  readonly field: string;
  /** 0: a whole repetition. */
  readonly component: number;
  /** Offset of MSH-7, '' without one: that of times that carry none. */
  readonly offset: string;
  /** Texts of the same repetition, itself among them. */
  readonly around: readonly string[];
  /** Texts that `--explain` lists as part of its value, or as saying the same. */
  readonly besides: readonly string[];
}

const upTo = (count: number): readonly number[] => Array.from({ length: Math.max(1, count) }, (_, index) => index + 1);

const cellsOf = (repetition: Repetition) =>
  upTo(repetition.componentCount()).flatMap((component) =>
    upTo(repetition.subcomponentCount(component)).map((sub) => repetition.cell(component, sub)),
  );

/** Path of a place to the paths of those that `--explain` says its value is made of as well. */
function companions(mapped: Mapped): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { source, reason } of mapped.unused()) {
    const [, main] = /^(?:part of the value of|says the same as) (\S+)$/.exec(reason) ?? [];
    if (main !== undefined) found.set(main, [...(found.get(main) ?? []), source]);
  }
  return found;
}

export function placesOf(message: Message, mapped: Mapped): ReadonlyMap<string, Filled> {
  const places = new Map<string, Filled>();
  const offset = /[+-]\d{4}$/.exec(message.header.at(7).text.trim())?.[0] ?? '';
  for (const segment of message.segments) {
    for (const number of upTo(segment.fieldCount())) {
      for (const repetition of segment.reps(number)) {
        const cells = cellsOf(repetition);
        const around = cells.map(({ text }) => text);
        const field = `${segment.name}-${number}`;
        const whole = { field, offset, around, besides: [], isNull: repetition.isNull };
        places.set(repetition.path(), { ...whole, text: repetition.raw, component: 0 });
        for (const cell of cells) {
          const { text, isNull, component } = cell;
          places.set(cell.path(), { ...whole, text, isNull, component });
        }
      }
    }
  }
  for (const [path, others] of companions(mapped)) {
    const place = places.get(path);
    const besides = others.flatMap((other) => places.get(other)?.text ?? []);
    if (place !== undefined) places.set(path, { ...place, besides });
  }
  return places;
}
