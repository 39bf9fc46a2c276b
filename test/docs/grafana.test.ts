import { readFileSync } from 'node:fs';
import { eventually, inProcess, type TestGateway } from '../setup/gateway.ts';
import { call, coalition, labMessage, testBsn } from '../setup/coalition.ts';
import { askMllp } from '../setup/mllp.ts';
import { startPartner, type Partner } from '../setup/partner.ts';

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
}

const dashboard = JSON.parse(readFileSync('docs/grafana/wijkkliniek-gateway.json', 'utf8')) as Dashboard;
const expressions = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
/** A metric stands before its labels, its range, or the end of what a function is asked about. */
const metricsOf = (expression: string): string[] => expression.match(/\b(?:gateway|process|nodejs)_\w+/g) ?? [];

let gateway: TestGateway;
let partner: Partner;
let text = '';

beforeAll(async () => {
  partner = await startPartner();
  const lab = { id: 'lab', party: 'klcl', doors: ['mllp'], auth: { kind: 'none' }, routing: 'all' };
  gateway = await inProcess({ region: coalition(partner.url, { more: { sources: [lab] } }) });
  await askMllp(gateway.mllpPort, labMessage({ id: 'METRIC-1', bsn: testBsn(1) }));
  await askMllp(gateway.mllpPort, labMessage({ id: 'METRIC-1', bsn: testBsn(1) }));
  await askMllp(gateway.mllpPort, labMessage({ id: 'METRIC-2', bsn: '999999999' }));
  await eventually(async () => partner.received.length === 1);
  await eventually(async () => (await call(gateway, 'GET', '/reconciliation')).json['delivered'] === 1);
  text = (await call(gateway, 'GET', '/metrics')).text;
});
afterAll(async () => {
  await gateway.stop();
  await partner.stop();
});

describe('the dashboard', () => {
  it('asks only for metrics there are', () => {
    const known = new Set(
      [...text.matchAll(/^# TYPE (\S+) (\S+)/gm)].flatMap(([, name = '', type = '']) =>
        type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name],
      ),
    );
    const asked = new Set(expressions.flatMap(metricsOf));
    expect(asked.size).toBeGreaterThan(20);
    expect([...asked].filter((name) => !known.has(name))).toEqual([]);
  });

  it('shows every metric of the gateway', () => {
    const asked = expressions.join(' ');
    const ours = [...text.matchAll(/^# TYPE (gateway_\S+)/gm)].map(([, name = '']) => name);
    expect(ours.length).toBeGreaterThan(15);
    expect(ours.filter((name) => !asked.includes(name))).toEqual([]);
  });

  it('selects by labels the metrics have', () => {
    for (const expression of expressions) {
      for (const [, metric = '', labels = ''] of expression.matchAll(/(gateway_\w+)\{([^}]*)\}/g)) {
        for (const label of labels.match(/\w+(?=[=!]~?)/g) ?? []) {
          const has = new RegExp(`^${metric}\\{[^}]*\\b${label}=`, 'm').test(text) || !text.includes(`${metric}{`);
          expect({ metric, label, has }).toEqual({ metric, label, has: true });
        }
      }
    }
  });
});

describe('the metrics', () => {
  it('count what came, what was refused and why, and how long it took', () => {
    expect(text).toContain('gateway_received_total{door="mllp",source="lab",outcome="accepted",reason=""} 1');
    expect(text).toContain('gateway_received_total{door="mllp",source="lab",outcome="duplicate",reason=""} 1');
    expect(text).toContain('gateway_received_total{door="mllp",source="lab",outcome="refused",reason="rule"} 1');
    expect(text).toMatch(/gateway_door_to_commit_seconds_count\{door="mllp"\} 3/);
    expect(text).toMatch(/gateway_commit_to_delivered_seconds_count\{destination="ecd"\} 1/);
    expect(text).toMatch(/gateway_commit_units_count [1-9]/);
    expect(text).toMatch(/nodejs_eventloop_lag_p99_seconds \d/);
  });

  it('have labels of a closed list, and nothing of a patient in them', () => {
    const labels = new Set(
      [...text.matchAll(/^gateway_\w+\{([^}]*)\}/gm)].flatMap(([, all = '']) => all.match(/\w+(?==")/g) ?? []),
    );
    expect([...labels].sort()).toEqual(
      ['destination', 'door', 'le', 'method', 'outcome', 'reason', 'route', 'source', 'state', 'status'].sort(),
    );
    expect(text).not.toMatch(new RegExp(`${testBsn(1)}|Canarius`));
  });
});
