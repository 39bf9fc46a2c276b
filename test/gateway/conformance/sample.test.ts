import { randomUUID } from 'node:crypto';
import { Registry } from 'prom-client';
import type { Question } from '../../../gateway/conformance/answer.ts';
import { isSampled, sampleOutput, shareOf, type Delivered } from '../../../gateway/conformance/sample.ts';
import type { Checked } from '../../../gateway/conformance/start.ts';
import { silentLog, type Log } from '../../../gateway/log.ts';

const delivered = (over: Partial<Delivered> = {}): Delivered => ({
  id: 'd-1',
  messageId: randomUUID(),
  destination: 'ecd',
  body: { mediaType: 'application/fhir+json', bytes: Buffer.from('{"resourceType":"Bundle"}') },
  ...over,
});

/** A sampler whose check answers as told; with what it asked, counted and logged. */
function sampler(checked: Checked, share = 1) {
  const registry = new Registry();
  const asked: Question[] = [];
  const logged: unknown[] = [];
  const log: Log = { ...silentLog, event: (name, fields) => logged.push({ name, ...fields }) };
  const check = async (question: Question): Promise<Checked> => {
    asked.push(question);
    return checked;
  };
  return { look: sampleOutput({ share, check, registry, log }), registry, asked, logged };
}
const settled = (): Promise<void> => new Promise((later) => setImmediate(later));

describe('the sample of live output', () => {
  it('is drawn by the id of the message: always the same, and about the share asked for', () => {
    const ids = Array.from({ length: 20_000 }, () => randomUUID());
    const drawn = ids.filter((id) => isSampled(id, 0.1));
    expect(drawn.length).toBeGreaterThan(1_700);
    expect(drawn.length).toBeLessThan(2_300);
    expect(drawn.every((id) => isSampled(id, 0.1))).toBe(true);
    expect(ids.some((id) => isSampled(id, 0))).toBe(false);
    expect(ids.every((id) => isSampled(id, 1))).toBe(true);
  });

  it('is on where packages are named, unless the region says otherwise', () => {
    expect(shareOf({ packages: [] })).toBe(0);
    expect(shareOf({ packages: ['nl-core'] })).toBe(0.01);
    expect(shareOf({ packages: ['nl-core'], proveSample: 0 })).toBe(0);
    expect(shareOf({ packages: [], proveSample: 0.5 })).toBe(0.5);
  });

  it('counts errors by profile and logs ids and codes, no words', async () => {
    const issue = { severity: 'error', code: 'required', expression: 'Bundle.entry[0].resource', rule: 'cardinality' };
    const checked: Checked = {
      kind: 'checked',
      issues: [{ ...issue, text: 'words' } as never],
      errors: { 'nl-core-Patient': 1 },
    };
    const { look, registry, logged } = sampler(checked);
    look(delivered({ messageId: 'm-1' }));
    await settled();
    expect(await registry.metrics()).toMatch(/gateway_profile_errors_total\{profile="nl-core-Patient"\} 1/);
    expect(await registry.metrics()).toMatch(/gateway_profile_checks_total\{result="invalid"\} 1/);
    const ids = { messageId: 'm-1', deliveryId: 'd-1', destination: 'ecd' };
    expect(logged).toEqual([{ name: 'output.invalid', ...ids, rule: 'cardinality', code: 'required', count: 1 }]);
  });

  it('counts what was not checked, and leaves what is no FHIR JSON alone', async () => {
    const { look, registry, asked } = sampler({ kind: 'busy' });
    look(delivered());
    look(delivered({ body: { mediaType: 'application/hl7-v2', bytes: Buffer.from('MSH|') } }));
    await settled();
    expect(asked).toHaveLength(1);
    expect(await registry.metrics()).toMatch(/gateway_profile_checks_total\{result="busy"\} 1/);
  });

  it('looks at nothing beyond its share', async () => {
    const { look, asked } = sampler({ kind: 'busy' }, 0);
    look(delivered());
    await settled();
    expect(asked).toEqual([]);
  });
});
