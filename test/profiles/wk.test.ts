import { compile } from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4';
import type { FhirResource } from 'fhir/r4.js';
import { WK_BASE, WK_CODES } from '../../profiles/canonical.ts';
import { PROFESSION } from '../../profiles/professions.ts';
import { checkStructure } from '../../profiles/structure.ts';
import { wkAdmission, wkCodeSystem, wkPackage, wkProfiles, wkValueSets } from '../../profiles/wk/package.ts';

const artefacts: readonly FhirResource[] = [...wkProfiles, wkCodeSystem, ...wkValueSets, wkAdmission];
const codes = new Set(wkCodeSystem.concept?.map(({ code }) => code));

/** Every coding of CodeSystem wk anywhere in an artefact. */
function wkCodesIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const { system, code, concept } = node as { system?: unknown; code?: unknown; concept?: { code: string }[] };
  const here = system === WK_CODES ? [code, ...(concept ?? []).map((each) => each.code)] : [];
  return [...here.filter((each) => typeof each === 'string'), ...Object.values(node).flatMap(wkCodesIn)];
}

test.each(artefacts.map((artefact) => [`${artefact.resourceType} ${artefact.id ?? ''}`, artefact] as const))(
  '%s is sound R4 and named after its id',
  (_, artefact) => {
    expect(checkStructure(artefact).filter(({ severity }) => severity === 'error')).toEqual([]);
    const { id = '', url, name } = artefact as { id?: string; url?: string; name?: string };
    expect(url).toBe(`${WK_BASE}/${artefact.resourceType}/${id}`);
    expect(name).toMatch(/^[A-Z]\w*$/);
    expect(name?.toLowerCase()).toBe(id.replaceAll('-', '').toLowerCase());
  },
);

test('no two artefacts share a canonical, and the package holds all of them', () => {
  const urls = artefacts.map((artefact) => (artefact as { url?: string }).url);
  expect(new Set(urls).size).toBe(artefacts.length);
  expect(wkPackage.resources.size).toBe(wkProfiles.length + wkValueSets.length + 1);
});

describe.each(wkProfiles.map((profile) => [profile.id ?? '', profile] as const))('%s', (_, profile) => {
  const elements = profile.differential?.element ?? [];

  test('constrains R4 4.0.1 from its type down, each element once', () => {
    expect(profile).toMatchObject({ fhirVersion: '4.0.1', derivation: 'constraint', abstract: false });
    expect(elements[0]?.path).toBe(profile.type);
    for (const { id, path } of elements) expect(id?.replace(/:[^.]+/g, '')).toBe(path);
    const ids = elements.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('every binding to a value set of ours names one that exists', () => {
    const ours = elements
      .flatMap(({ binding }) => binding?.valueSet ?? [])
      .filter((canonical) => canonical.startsWith(WK_BASE));
    for (const canonical of ours) expect(wkValueSets.map(({ url }) => url)).toContain(canonical);
  });

  test('every reference to a profile of ours names one that exists', () => {
    const ours = elements
      .flatMap(({ type }) => type ?? [])
      .flatMap(({ targetProfile = [], profile: profiles = [] }) => [...targetProfile, ...profiles])
      .filter((canonical) => canonical.startsWith(WK_BASE));
    for (const canonical of ours) expect(wkProfiles.map(({ url }) => url)).toContain(canonical);
  });
});

test('every constraint has a key of its own, words to mend it by, and an expression that compiles', () => {
  const constraints = wkProfiles.flatMap(({ differential }) =>
    (differential?.element ?? []).flatMap(({ constraint }) => constraint ?? []),
  );
  const keys = constraints.map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  for (const { key, human, expression = '', extension = [] } of constraints) {
    expect(key).toMatch(/^[a-z\d-]{1,64}$/);
    expect(human).toMatch(/\.$/);
    const places = extension.flatMap((each) => each.extension ?? []).flatMap(({ valueString }) => valueString ?? []);
    for (const path of [expression, ...places]) expect(() => compile(path, r4)).not.toThrow();
  }
});

test('every code of CodeSystem wk in an artefact, a rule or the professions exists', () => {
  const inRules = wkProfiles.flatMap((profile) =>
    [...JSON.stringify(profile).matchAll(/CodeSystem\/wk' and \(?code = '([\w-]+)'/g)].map(([, code]) => code ?? ''),
  );
  const inProfessions = Object.values(PROFESSION).flatMap((profession) => ('wk' in profession ? profession.wk : []));
  const used = [...artefacts.flatMap(wkCodesIn), ...inRules, ...inProfessions];
  expect(used.length).toBeGreaterThan(20);
  for (const code of used) expect([...codes]).toContain(code);
});

test('the code system counts its codes, says each once, and knows what each is for', () => {
  expect(wkCodeSystem.count).toBe(wkCodeSystem.concept?.length);
  expect(codes.size).toBe(wkCodeSystem.count);
  for (const { display, definition, property } of wkCodeSystem.concept ?? []) {
    expect([display, definition, property?.[0]?.valueCode].every(Boolean)).toBe(true);
  }
});
