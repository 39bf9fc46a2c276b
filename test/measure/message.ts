/** HL7 v2 messages of the reference data and of our own samples, with what their mapping makes of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { v2TypeOf } from '../../gateway/flows/v2-types.ts';
import { messageTypeOf } from '../../mappings/hl7v2/control-id.ts';
import type { Message } from '../../mappings/hl7v2/message.ts';
import { parseMessage, splitMessages } from '../../mappings/hl7v2/parse.ts';
import { ANY_SOURCE, type MappingResult } from '../../mappings/mapping.ts';

export interface Measured {
  readonly name: string;
  readonly message: Message;
  /** `ORU^R01`. */
  readonly type: string;
  readonly result: MappingResult;
}

const NO_FLOW = {
  severity: 'error',
  code: 'not-supported',
  expression: 'MSH-9',
  rule: 'no-flow',
  text: 'no flow',
} as const;

/** What the contract asks of a referral and an American one does not say, so that the rest can be measured. */
const completed = (bytes: Uint8Array): Uint8Array =>
  Buffer.from(
    Buffer.from(bytes)
      .toString('utf8')
      .trimEnd()
      .replace(/(PID\|[^|]*\|[^|]*\|)/, '$1999911120^^^NLMINBIZA^NNNLD~')
      .concat('\rPRD|RESP~81.000^^UZI|Bakker^P\rOBX|99|CWE|TIER^^WK||wijkkliniek-light^^WK\r'),
  );

/** Undefined where the bytes cannot be read. */
export function mapOne(name: string, bytes: Uint8Array): Measured | undefined {
  const parsed = parseMessage(bytes, ANY_SOURCE.charset);
  if (!parsed.ok) return undefined;
  const { message } = parsed;
  const { type, event } = messageTypeOf(message);
  const typed = v2TypeOf(type, event);
  const context = { source: ANY_SOURCE, region: null };
  const result = typed.ok ? typed.type.mapping.map(message, context) : ({ ok: false, issues: [NO_FLOW] } as const);
  return { name, message, type: `${type}^${event}`, result };
}

/** Every message under the folder that can be read, in order of the file names. */
export function measuredIn(folder: string): readonly Measured[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.hl7'));
  return files.sort().flatMap((name) =>
    splitMessages(readFileSync(join(folder, name))).flatMap((bytes) => {
      const one = mapOne(name, bytes);
      if (one === undefined) return [];
      return (one.type === 'REF^I12' && !one.result.ok ? mapOne(name, completed(bytes)) : undefined) ?? one;
    }),
  );
}
