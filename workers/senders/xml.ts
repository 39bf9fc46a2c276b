/** A FHIR destination that takes XML alone: the stored Bundle is written as XML when it is sent, each time the same. */
import { readJson } from '../../profiles/json/read.ts';
import { Unwritable, writeXml } from '../../profiles/xml/write.ts';
import type { Claimed } from '../../gateway/ledger/ledger.ts';
import type { AttemptResult, Sender } from './sender.ts';

const FHIR_XML = 'application/fhir+xml';

/** What XML cannot say (a character it does not have, a narrative that is not well-formed) is dead, and never left out. */
export function inXml(sender: Sender): Sender {
  return {
    ...sender,
    send: async (delivery, signal) => {
      const written = asXml(delivery);
      return 'kind' in written ? written : sender.send({ ...delivery, body: written }, signal);
    },
  };
}

function asXml({ body }: Claimed): Claimed['body'] | AttemptResult {
  const read = readJson(Buffer.from(body.bytes).toString('utf8'));
  if (!read.ok) throw new Error('a stored Bundle that is not JSON');
  try {
    return { mediaType: FHIR_XML, bytes: Buffer.from(writeXml(read.value)) };
  } catch (error) {
    if (!(error instanceof Unwritable)) throw error;
    const text = `FHIR XML cannot say it: ${error.message}`;
    return { kind: 'fault', code: 'unwritable-xml', text, sent: false, permanent: true };
  }
}
