/** What names a referral from one message to the next. */
import { assignedSystem, type BusinessId } from '../identity.ts';
import { controlIdOf } from '../hl7v2/control-id.ts';
import { entityNumber, type EntityNumber } from '../hl7v2/datatypes/ei.ts';
import type { Reading } from '../hl7v2/leaf.ts';
import type { Message } from '../hl7v2/message.ts';

export interface RequestKey {
  readonly id: BusinessId;
  /** RF1-6 as Identifier; undefined where MSH-10 stands in. */
  readonly number: EntityNumber | undefined;
}

/** RF1-6, the originating referral identifier: one request whatever message speaks of it; without it this message. */
export function requestKey(message: Message, reading: Reading): RequestKey {
  const number = message.first('RF1')?.rep(6);
  const read = number && entityNumber(number, 'request', 'referral.request.id', reading);
  const own = { system: assignedSystem(reading.source, 'request', ''), value: controlIdOf(message) };
  return { id: read?.id ?? own, number: read };
}
