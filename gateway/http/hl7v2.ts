/**
 * `POST /hl7v2`: one HL7 v2 message over HTTP. Whenever an acknowledgement can be written it is the answer, with 200,
 * for a refusal too; only without one the HTTP status tells.
 */
import { answerV2 } from '../mllp/answer.ts';
import { arrive, type Doors } from './arrive.ts';
import { sendBytes, sendRefusal } from './reply.ts';
import type { Route } from './route.ts';

const HL7V2_TYPES = ['application/hl7-v2', 'x-application/hl7-v2+er7', 'text/plain'] as const;

export const hl7v2Routes = (doors: Doors): readonly Route[] => [
  {
    method: 'post',
    path: '/hl7v2',
    answer: async (request, response) => {
      const taken = await arrive(doors, 'hl7v2', HL7V2_TYPES, request, response);
      if (taken === null) return;
      const arrival = { ...taken, bytes: withoutFrame(taken.bytes) };
      const received = await doors.receive(arrival);
      if (received.message !== null) response.setHeader('location', `/messages/${received.message.id}`);
      const answer = answerV2(arrival.bytes, received, doors.clock.now());
      if (answer.kind === 'acknowledge') sendBytes(response, 200, arrival.mediaType, answer.bytes);
      else if (received.ok) response.status(204).end();
      else sendRefusal(response, received.refusal);
    },
  },
];

/** A sender that frames for MLLP out of habit (HL7 v2.5 §C.4.3): the frame is transport, not content. */
function withoutFrame(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x0b) return bytes;
  const end = bytes.lastIndexOf(0x1c);
  return bytes.subarray(1, end < 0 ? bytes.length : end);
}
