/**
 * Sends HL7 v2 over MLLP and waits for the acknowledgement (HL7 v2.5 §2.9, MLLP release 1). Connections are kept and
 * carry one message at a time; after a timeout or any fault a connection is never used again, so that a late
 * acknowledgement cannot be taken for the next message's.
 */
import { notWrittenWords } from '../../gateway/flows/as-v2.ts';
import type { Destination } from '../../gateway/regions/region.ts';
import { controlIdIn, readAcknowledgement } from './acknowledgement.ts';
import { openLine, type Line } from './mllp-line.ts';
import type { AttemptResult, Sender } from './sender.ts';

type MllpDestination = Extract<Destination, { protocol: 'mllp' }>;

const fault = (code: string, text: string, sent: boolean): AttemptResult => ({
  kind: 'fault',
  code,
  text: sent ? `${text}; it may have been received` : text,
  sent,
});

/** One message on one line, from writing to its acknowledgement; anything but an acknowledgement ends the line. */
async function exchange(line: Line, bytes: Uint8Array, controlId: string, signal: AbortSignal): Promise<AttemptResult> {
  const answer = await line.exchange(bytes, (frame) => readAcknowledgement(frame, controlId), signal);
  if (!answer.ok) return fault(answer.code, answer.text, true);
  if (answer.value !== 'unreadable') return answer.value;
  line.close();
  return fault('unreadable-ack', 'the acknowledgement cannot be read', true);
}

export function mllpSender(destination: MllpDestination): Sender {
  const { host, port, timeoutMs } = destination;
  const idle: Line[] = [];
  const lines = new Set<Line>();

  const take = async (signal: AbortSignal): Promise<Line | AttemptResult> => {
    for (let line = idle.pop(); line !== undefined; line = idle.pop()) {
      if (!line.ended()) return line;
      lines.delete(line);
    }
    const opened = await openLine({ host, port, timeoutMs }, signal);
    if (!opened.ok) return fault(opened.code, opened.text, false);
    lines.add(opened.line);
    return opened.line;
  };

  return {
    send: async ({ body }, signal) => {
      const words = notWrittenWords(body);
      if (words !== null) return { kind: 'fault', code: 'not-written', text: words, sent: false, permanent: true };
      const controlId = controlIdIn(body.bytes);
      if (controlId === null) {
        const text = 'the message has no control id (MSH-10)';
        return { kind: 'fault', code: 'no-control-id', text, sent: false, permanent: true };
      }
      const line = await take(signal);
      if ('kind' in line) return line;
      const result = await exchange(line, body.bytes, controlId, signal);
      if (line.ended()) lines.delete(line);
      else idle.push(line);
      return result;
    },
    // MLLP carries no credential.
    renew: () => undefined,
    close: () => {
      lines.forEach((line) => line.close());
      lines.clear();
    },
  };
}
