import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { askMllp } from '../setup/mllp.ts';
import { asProcess, newFolder } from '../setup/gateway.ts';
import { call, coalition, KEYS, labMessage, SEH, testBsn, transferBody } from '../setup/coalition.ts';
import { startPartner } from '../setup/partner.ts';

it('keeps names, numbers and keys out of its log, metrics and refusals, whoever sends what', async () => {
  const folder = newFolder();
  const ecd = await startPartner();
  ecd.behave = () => ({
    status: 422,
    body: '{"resourceType":"OperationOutcome","issue":[{"diagnostics":"Canarius"}]}',
  });
  const file = join(folder, 'region.json');
  writeFileSync(file, JSON.stringify(coalition(ecd.url, { wijkkliniek: { negotiation: false } })));
  const started = await asProcess(folder, {
    ...KEYS,
    CONFIG: file,
    LOG_LEVEL: 'debug',
    OPERATOR_KEY: 'key-of-the-operator',
  });
  const gateway = {
    url: started.url.replace(/\/$/, ''),
    mllpPort: started.mllpPort,
    folder,
    stop: () => Promise.resolve(),
  };
  const operator = { authorization: 'Bearer key-of-the-operator' };
  const said: string[] = [];
  const bsn = testBsn(80);
  const refused = testBsn(81).replace(/.$/, (digit) => String((Number(digit) + 1) % 10));
  try {
    const transfer = transferBody('CANARY', bsn);
    const { patient } = transfer as { patient: object };
    await call(gateway, 'POST', '/transfers', transfer, SEH);
    for (const body of [
      { ...transfer, requestId: 'C2', patient: { ...patient, bsn: refused } },
      { ...transfer, requestId: 'C3', patient: { ...patient, gender: 'Canarius', birthDate: 'Canarius' } },
      { ...transfer, requestId: 'C4', Canarius: bsn },
      { ...transfer, tier: 'wijkkliniek-light' },
      `{"patient": "Canarius ${bsn}`,
    ]) {
      said.push((await call(gateway, 'POST', '/transfers', body, SEH)).text);
    }
    said.push((await call(gateway, 'POST', '/fhir', { resourceType: 'Patient', id: 'Canarius' }, SEH)).text);
    said.push((await call(gateway, 'POST', '/fhir', { resourceType: 'Bundle', type: 'Canarius' }, SEH)).text);
    for (const id of ['L1', 'L2']) {
      said.push((await askMllp(gateway.mllpPort, labMessage({ id, bsn: id === 'L1' ? bsn : refused }))) ?? '');
    }
    said.push((await askMllp(gateway.mllpPort, labMessage({ id: 'L3', bsn }).replace('PID|', 'DSC|'))) ?? '');
    await call(gateway, 'GET', `/messages?controlId=${bsn}`, undefined, operator);
    await call(gateway, 'POST', '/messages/search', { bsn }, operator);
    await call(gateway, 'GET', `/fhir/Patient/${bsn}?name=Canarius`, undefined, SEH);
    said.push((await call(gateway, 'GET', '/metrics', undefined, operator)).text);
  } finally {
    await started.stop();
    await ecd.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  const everything = [...said, started.output()].join('\n');
  expect(started.output()).toContain('delivery.dead');
  for (const secret of ['Zorro', bsn, refused, '1941-03-07', ...Object.values(KEYS), 'key-of-the-operator']) {
    expect([secret, everything.includes(secret)]).toEqual([secret, false]);
  }
  expect(started.output()).not.toContain('Canarius');
});
