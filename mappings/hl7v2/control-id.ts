/** What a message says of itself in MSH. */
import type { Message } from './message.ts';

/** MSH-10; '' when empty (such a message is refused at the door). */
export const controlIdOf = (message: Message): string => message.header.at(10).text.trim();

/** MSH-9: `ORU`, `R01`. */
export const messageTypeOf = (message: Message): { readonly type: string; readonly event: string } => ({
  type: message.header.at(9).text.trim(),
  event: message.header.at(9, 2).text.trim(),
});

/** MSH-12, first component: `2.4`; '' when empty. */
export const versionOf = (message: Message): string => message.header.at(12).text.trim();
