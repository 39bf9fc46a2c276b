import { parseMessage } from '../../mappings/hl7v2/parse.ts';
import { labOru } from '../../mappings/lab-oru/mapping.ts';
import { ANY_SOURCE, type Warning } from '../../mappings/mapping.ts';
import { untranslatedCode } from '../../mappings/untranslated.ts';

const LOCAL = 'https://example.org/lab-codes';

const warningsOf = (...lines: string[]): readonly Warning[] => {
  const text = [
    'MSH|^~\\&|GLIMS|LAB|WK|WK|20261120130000||ORU^R01|U-1|P|2.4',
    'PID|1||4109590^^^ZH^PI||Canarius^Zorro',
    ...lines,
    '',
  ].join('\r');
  const parsed = parseMessage(Buffer.from(text), 'UNICODE UTF-8');
  if (!parsed.ok) throw new Error(parsed.issue.text);
  const mapped = labOru.map(parsed.message, { source: { ...ANY_SOURCE, codeSystems: { L: LOCAL } }, region: null });
  if (!mapped.ok) throw new Error('refused');
  return mapped.warnings;
};

describe('a warning of an untranslated code says which code', () => {
  test('of a test and its unit, with the words for the code', () => {
    const warnings = warningsOf(
      'OBR|1||F-1|24326-1^Electrolytes^LN|||20261120130000||||||||||||||||||F',
      'OBX|1|NM|266^Kalium^L||3.1|strepen^per veld^L||||||F',
    );
    expect(warnings.map(({ code, coding }) => [code, coding])).toEqual([
      ['untranslated-unit', { system: LOCAL, code: 'strepen', text: 'per veld' }],
      ['untranslated-code', { system: LOCAL, code: '266', text: 'Kalium' }],
    ]);
  });

  test('and of a unit in plain text the text, which is its code', () => {
    const warnings = warningsOf('OBR|1||F-1|24326-1^E^LN', 'OBX|1|NM|2823-3^Kalium^LN||3.1|strepen||||||F');
    expect(warnings.map(({ coding }) => coding)).toEqual([{ system: '', code: 'strepen', text: null }]);
  });

  test('but nothing where only words were sent', () => {
    const warnings = warningsOf('OBR|1||F-1|24326-1^E^LN', 'OBX|1|TX|^Vrije woorden||tekst|||||||F');
    expect(warnings.map(({ code }) => code)).toEqual(['untranslated-code']);
    expect(warnings.every((warning) => !('coding' in warning))).toBe(true);
  });
});

describe('which code is told', () => {
  test('the one of the sender, where a known one stands beside it', () => {
    const known = { system: 'http://www.whocc.no/atc', code: 'C03CA01', local: false };
    const own = { system: LOCAL, code: '17', display: ' Furosemide ', local: true };
    expect(untranslatedCode([known, own])).toEqual({ coding: { system: LOCAL, code: '17', text: 'Furosemide' } });
    expect(untranslatedCode([known])).toMatchObject({ coding: { code: 'C03CA01' } });
  });

  test('no words in the place of a code: they may be about a person', () => {
    expect(untranslatedCode([{ code: 'x'.repeat(65) }, { code: ' ' }, { display: 'words' }])).toEqual({});
  });
});
