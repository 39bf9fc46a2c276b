import { readXml } from '../../../profiles/xml/read.ts';
import { deliverTo, one, receiver, settled, setUpDelivering, theLedger } from '../delivering.ts';
import { eventually, queue } from '../ledger.ts';
import { destination } from '../partners.ts';

setUpDelivering();

/** A receiver that speaks FHIR XML alone; answers as told, and keeps what it got. */
async function xmlReceiver(status: number, answer: string) {
  const seen: { body: string; type: string | undefined; accept: string | undefined }[] = [];
  const base = await receiver((req, res) => {
    let body = '';
    req.on('data', (chunk: Buffer) => (body += chunk.toString()));
    req.on('end', () => {
      seen.push({ body, type: req.headers['content-type'], accept: req.headers.accept });
      res.writeHead(status, { 'content-type': 'application/fhir+xml' }).end(answer);
    });
  });
  return { base, seen };
}
const observation = (div: string): string =>
  `{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Observation","status":"final",` +
  `"text":{"status":"generated","div":${JSON.stringify(div)}},"valueQuantity":{"value":5.60}}}]}`;

describe('a destination that takes FHIR XML', () => {
  test('gets XML, with every decimal as it was written', async () => {
    const { base, seen } = await xmlReceiver(200, '<Bundle xmlns="http://hl7.org/fhir"/>');
    const body = observation('<div xmlns="http://www.w3.org/1999/xhtml">K</div>');
    const [id] = await queue(theLedger(), [{ destination: 'ecd', lane: 'p', body }]);
    deliverTo(destination('ecd', base, { format: 'xml' }));
    await eventually(settled);
    expect(await one(id)).toMatchObject({ status: 'delivered' });
    expect(seen).toMatchObject([{ type: 'application/fhir+xml', accept: 'application/fhir+xml' }]);
    expect(seen[0]?.body).toContain('<value value="5.60"/>');
    expect(readXml(seen[0]?.body ?? '')).toMatchObject({ ok: true, value: { resourceType: 'Bundle' } });
  });

  test('is understood when it refuses in XML', async () => {
    const refusal =
      '<OperationOutcome xmlns="http://hl7.org/fhir"><issue><severity value="error"/><code value="value"/>' +
      '<details><text value="BSN 999900006 is unknown"/></details></issue></OperationOutcome>';
    const { base } = await xmlReceiver(422, refusal);
    const [id] = await queue(theLedger(), [{ destination: 'ecd', lane: 'p', body: observation('<div>K</div>') }]);
    deliverTo(destination('ecd', base, { format: 'xml' }));
    await eventually(settled);
    expect((await one(id)).lastError?.text).toBe('the receiver answered 422: value: BSN *** is unknown');
  });

  test('never gets less than there is: what XML cannot say is dead, with the reason', async () => {
    const { base, seen } = await xmlReceiver(200, '');
    const [id] = await queue(theLedger(), [{ destination: 'ecd', lane: 'p', body: observation('<div><p></div>') }]);
    deliverTo(destination('ecd', base, { format: 'xml' }));
    await eventually(settled);
    expect(await one(id)).toMatchObject({ status: 'dead', lastError: { code: 'unwritable-xml', class: 'permanent' } });
    expect(seen).toEqual([]);
  });
});
