import { SYSTEM, WK_CODES } from '../../profiles/canonical.ts';
import { PROFESSIONS as IN_REGION_FILES } from '../../gateway/regions/region.ts';
import { codingsOf, isProfession, PROFESSIONS, professionsOf } from '../../profiles/professions.ts';

const uzi = (code: string) => ({ system: SYSTEM.uziRole, code });

describe('professionsOf', () => {
  test.each(['30.065', '30.066', '30.067', '30.068', '30.076'])('%s is a verpleegkundig specialist', (code) => {
    expect(professionsOf([uzi(code)])).toEqual(['verpleegkundig-specialist']);
  });

  test('a verpleegkundig specialist in mental health care is none of the table', () => {
    expect(professionsOf([uzi('30.069')])).toEqual([]);
  });

  test('01.016 is an internist, and with the wk code beside it an internist ouderengeneeskunde as well', () => {
    const wk = { system: WK_CODES, code: 'internist-ouderengeneeskunde' };
    expect(professionsOf([uzi('01.016')])).toEqual(['internist']);
    expect(professionsOf([uzi('01.016'), wk])).toEqual(['internist-ouderengeneeskunde', 'internist']);
    expect(professionsOf([wk])).toEqual([]);
  });

  test('a code of another system says nothing', () => {
    expect(professionsOf([{ system: 'https://example.org', code: '01.022' }, { code: '01.022' }])).toEqual([]);
  });

  test('the OID of the uzi-rolcode is the same system', () => {
    expect(professionsOf([{ system: 'urn:oid:2.16.840.1.113883.2.4.15.111', code: '01.022' }])).toEqual([
      'klinisch-geriater',
    ]);
  });

  test.each(PROFESSIONS)('what a mapping writes for %s is read back', (profession) => {
    expect(isProfession(profession)).toBe(true);
    expect(professionsOf(codingsOf(profession))[0]).toBe(profession);
  });
});

test('a region file names exactly the professions of this table', () => {
  expect([...IN_REGION_FILES].sort()).toEqual([...PROFESSIONS].sort());
});
