/** The thread that checks, as it really runs: begun when asked, one question at a time, made anew when it ends. */
import type { Question } from '../../../gateway/conformance/answer.ts';
import { startConformance, type Checked, type Conformance } from '../../../gateway/conformance/start.ts';
import { silentLog, type Log } from '../../../gateway/log.ts';
import { NAMED, packageFolder } from './package.ts';

const folder = packageFolder();
let conformance: Conformance;
const failures: string[] = [];
const log: Log = { ...silentLog, failure: (name) => failures.push(name) };
const open = (over: Partial<Parameters<typeof startConformance>[0]> = {}): void => {
  conformance = startConformance({ packages: [folder], log, ...over });
};
afterEach(async () => {
  await conformance.stop();
  failures.length = 0;
});

const question = (resource: unknown, over: Partial<Question> = {}): Question => ({
  bytes: Buffer.from(JSON.stringify(resource)),
  form: 'json',
  type: null,
  profiles: [],
  ...over,
});
const patient = { resourceType: 'Patient', meta: { profile: [NAMED] } };
/** Ends the thread: there is nothing to go through. */
const poison = question(patient, { profiles: JSON.parse('null') as string[] });
const kinds = async (asked: readonly Promise<Checked>[]): Promise<string[]> =>
  (await Promise.all(asked)).map(({ kind }) => kind);

describe('the thread that checks', () => {
  it('knows the profiles of the packages, and our own rules', async () => {
    open();
    expect(await conformance.check(question(patient))).toMatchObject({
      kind: 'checked',
      issues: [{ severity: 'error', expression: 'Patient.name' }],
      errors: { 'named-patient': 1 },
    });
    const bsn = { system: 'http://fhir.nl/fhir/NamingSystem/bsn', value: '999900007' };
    const named = { ...patient, name: [{ family: 'Jansen' }] };
    expect(await conformance.check(question(named))).toMatchObject({ kind: 'checked', issues: [], errors: {} });
    const failing = await conformance.check(question({ ...named, identifier: [bsn] }));
    expect(failing).toMatchObject({ issues: [{ severity: 'error' }] });
    expect(JSON.stringify(failing)).not.toMatch(/999900007|Jansen/);
    expect(await conformance.check(question({ resourceType: 'Patient' }, { profiles: [NAMED] }))).toMatchObject({
      errors: { base: 1 },
    });
  });

  it('reads XML, and says where what it cannot read is broken', async () => {
    open();
    const bytes = Buffer.from('<Patient xmlns="http://hl7.org/fhir"><active value="true"/></Patient>');
    expect(await conformance.check(question(null, { bytes, form: 'xml' }))).toMatchObject({ issues: [] });
    expect(await conformance.check(question(null, { bytes }))).toMatchObject({ kind: 'unreadable' });
  });

  it('keeps the doors free while it loads and checks', async () => {
    open();
    let turns = 0;
    const turning = setInterval(() => (turns += 1), 5);
    await conformance.check(question(patient));
    clearInterval(turning);
    expect(turns).toBeGreaterThan(5);
  });

  it('is not begun before it is asked, so that a package that is gone stops no gateway', async () => {
    open({ packages: ['/nowhere'] });
    await new Promise((later) => setTimeout(later, 50));
    expect(failures).toEqual([]);
    expect(await kinds([conformance.check(question(patient))])).toEqual(['failed']);
    expect(failures).toEqual(['conformance.failed']);
  });

  it('begins anew when a question ended it; those who wait are answered', async () => {
    open();
    const asked = [question(patient), poison, question(patient)].map((one) => conformance.check(one));
    expect(await kinds(asked)).toEqual(['checked', 'failed', 'checked']);
    expect(failures).toEqual(['conformance.failed']);
  });

  it('ends a check that takes too long, or too much memory', async () => {
    open({ limitMs: 1 });
    expect(await kinds([conformance.check(question(patient))])).toEqual(['failed']);
    await conformance.stop();
    open({ heapMb: 4 });
    expect(await kinds([conformance.check(question(patient))])).toEqual(['failed']);
  });

  it('holds a bounded line', async () => {
    open({ most: 1 });
    const asked = [1, 2, 3].map(() => conformance.check(question(patient)));
    expect(await kinds(asked)).toEqual(['checked', 'checked', 'busy']);
  });

  it('ends after a quiet while, and begins again', async () => {
    open({ quietMs: 1 });
    for (let round = 0; round < 2; round++) {
      expect(await kinds([conformance.check(question(patient))])).toEqual(['checked']);
      await new Promise((later) => setTimeout(later, 30));
    }
    expect(failures).toEqual([]);
  });

  it('answers everybody when it is stopped', async () => {
    open();
    const asked = [1, 2].map(() => conformance.check(question(patient)));
    await conformance.stop();
    expect(await kinds([...asked, conformance.check(question(patient))])).toEqual(['busy', 'busy', 'busy']);
  });
});
