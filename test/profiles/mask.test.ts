import fc from 'fast-check';
import { maskIdentifying } from '../../profiles/mask.ts';

describe('maskIdentifying', () => {
  test.each([
    ['BSN 999900006 fails', 'BSN *** fails'],
    ['BSN 9999.00.006 fails', 'BSN *** fails'],
    ['BSN 999 900 006 fails', 'BSN *** fails'],
    ['born 1941-03-07', 'born (date)'],
    ['born 7-3-1941, seen 2026-11-20T14:05:00+01:00', 'born (date), seen (date)'],
    ['born 7 maart 1941', 'born (date)'],
    ['PID-7 holds 19410307', 'PID-7 holds ***'],
    ['call 020-4445566 or +31 6 12345678', 'call *** or ***'],
    ['lives at 1012 AB Amsterdam', 'lives at *** Amsterdam'],
    ['write to a.devries@zorg.example please', 'write to *** please'],
    ['family "de Vries" is unknown', 'family "***" is unknown'],
    ["value 'Anna' and ‘Bram’", "value '***' and ‘***’"],
  ])('%s', (text, masked) => {
    expect(maskIdentifying(text)).toBe(masked);
  });

  test.each([
    "the patient's tier isn't known",
    'OBX[3]-5.1 is no number',
    'Bundle.entry[12].resource.participant[1].role[0]',
    'urn:oid:2.16.840.1.113883.2.4.6.3 is no URL',
    'http://decor.nictiz.nl/fhir/ValueSet/2.16.840.1.113883.2.4.3.11.60.40.2.17.1.5--20200901000000',
    'urn:uuid:6ba7b811-9dad-11d1-80b4-00c04fd430c8',
    'LOINC 8867-4, HTTP 422, table 0357',
    'SNOMED CT 308292007, http://snomed.info/sct|11171000146100',
  ])('leaves the grammar of the field: %s', (text) => {
    expect(maskIdentifying(text)).toBe(text);
  });

  test('no nine digits get through, whatever stands around them', () => {
    fc.assert(
      fc.property(fc.string(), fc.stringMatching(/^[1-9]\d{8}$/), fc.string(), (before, bsn, after) => {
        fc.pre(!/[\d.a-f-]$/i.test(before) && !/^[\d.a-f-]/i.test(after));
        expect(maskIdentifying(before + bsn + after)).not.toContain(bsn);
      }),
    );
  });

  test('a hostile text costs time in proportion', () => {
    const started = performance.now();
    for (const unit of ['1', '1.', '1-', '"', "'", 'a@', 'a.', '1 a', 'a@a.']) maskIdentifying(unit.repeat(20_000));
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
