/** Whether a message is accounted for to the last filled cell: named by a leaf of the output, or listed with a reason. */
import { explainBundle } from '../../mappings/bundle.ts';
import type { Cell, Message } from '../../mappings/hl7v2/message.ts';
import type { Mapped } from '../../mappings/mapping.ts';

export type Fate = 'named' | 'listed' | 'named and listed' | 'lost';

/** @returns for each filled cell of the message, in order, what became of it */
export function fatesOf(
  message: Message,
  mapped: Mapped,
): { readonly cell: Cell; readonly fate: Fate; readonly reason: string | undefined }[] {
  const named = new Set(explainBundle(mapped).map(({ source }) => source));
  const listed = new Map(mapped.unused().map(({ source, reason }) => [source, reason]));
  return message.segments.flatMap((segment) =>
    segment.filledCells().map((cell) => {
      const path = cell.path();
      // A leaf may hold a whole repetition: `OBX-5` where its text was written with separators in it.
      const isNamed = named.has(path) || named.has(segment.rep(cell.field, cell.repetition).path());
      const reason = listed.get(path);
      const fate = isNamed
        ? reason === undefined
          ? 'named'
          : 'named and listed'
        : reason === undefined
          ? 'lost'
          : 'listed';
      return { cell, fate, reason };
    }),
  );
}

/** What is wrong with the account: cells that are lost, told twice, or listed for want of a place. Empty when sound. */
export const faultsOf = (message: Message, mapped: Mapped): string[] =>
  fatesOf(message, mapped).flatMap(({ cell, fate, reason }) =>
    fate === 'lost' || fate === 'named and listed' || reason?.startsWith('no place') === true || reason?.trim() === ''
      ? [`${cell.path()} is ${fate}${reason === undefined ? '' : `: ${reason}`}`]
      : [],
  );
