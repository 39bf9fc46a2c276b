import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { encodeMessage } from '../../../mappings/hl7v2/encode.ts';
import type { Message } from '../../../mappings/hl7v2/message.ts';
import { parseMessage, splitMessages } from '../../../mappings/hl7v2/parse.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const latin1 = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const MSH = 'MSH|^~\\&|GLIMS|AMC|GW|WK|20261120140500||ORU^R01|7|P|2.4';

function read(text: string | Uint8Array, fallback = 'UNICODE UTF-8'): Message {
  const parsed = parseMessage(typeof text === 'string' ? utf8(text) : text, fallback);
  if (!parsed.ok) throw new Error(`${parsed.issue.expression}: ${parsed.issue.text}`);
  return parsed.message;
}

function refused(text: string | Uint8Array, fallback = 'UNICODE UTF-8') {
  const parsed = parseMessage(typeof text === 'string' ? utf8(text) : text, fallback);
  if (parsed.ok) throw new Error('expected a refusal');
  return parsed;
}

describe('segments', () => {
  test.each([
    ['CR', '\r'],
    ['LF', '\n'],
    ['CRLF', '\r\n'],
  ])('end in %s', (_, end) => {
    const message = read([MSH, 'PID|1', '', 'OBX|1'].join(end) + end);
    expect(message.segments.map(({ name }) => name)).toEqual(['MSH', 'PID', 'OBX']);
  });

  test('end in CR, LF and CRLF in one message, after a byte order mark and blank lines', () => {
    const message = read(`\uFEFF\r\n\n${MSH}\rPID|1\nPV1|1\r\nZZ1|x`);
    expect(message.segments.map(({ name }) => name)).toEqual(['MSH', 'PID', 'PV1', 'ZZ1']);
  });

  test('are counted per name', () => {
    const message = read(`${MSH}\rOBX|1\rNTE|1\rOBX|2`);
    expect(message.all('OBX').map(({ ordinal, position }) => [ordinal, position])).toEqual([
      [1, 2],
      [2, 4],
    ]);
    expect(message.first('AL1')).toBeUndefined();
    expect(message.all('AL1')).toEqual([]);
  });

  test('go on over lines that begin with no segment name', () => {
    const message = read(`${MSH}\rOBX|1|TX|A||eerste regel\ntweede regel\n\nderde|g||||F`);
    const obx = message.first('OBX');
    expect(obx?.at(5).text).toBe('eerste regel\ntweede regel\nderde');
    expect(obx?.at(6).text).toBe('g');
    expect(obx?.at(10).text).toBe('F');
  });

  test('of three capitals after a lone LF are text where segments end in CR', () => {
    expect(read(`${MSH}\rOBX|1|TX|||eerst\nECG\ndan\rPV1`).segments.map(({ name }) => name)).toEqual([
      'MSH',
      'OBX',
      'PV1',
    ]);
    expect(read(`${MSH}\nOBX|1\nPV1\nPID|1`).segments.map(({ name }) => name)).toEqual(['MSH', 'OBX', 'PV1', 'PID']);
  });

  test('with a faulty name refuse the message', () => {
    expect(refused(`${MSH}\rpid|1`).issue).toMatchObject({ code: 'structure', severity: 'error' });
    expect(refused(`${MSH}\r1ID|1`).issue.text).toContain('segment 2');
    // Nothing of MSH goes on over a line: it would be a patient lost.
    expect(refused(`${MSH}\rPI|1\rPV1`).issue.text).toContain('line after MSH');
  });

  test('of a continued message refuse it with words', () => {
    expect(refused(`${MSH}\rPID|1\rDSC|abc|F`).issue).toMatchObject({ expression: 'DSC-1', code: 'not-supported' });
    expect(refused(`${MSH}\rPID|1\rADD|rest`).issue.expression).toBe('ADD-1');
  });

  test('with a second MSH are two messages', () => {
    expect(refused(`${MSH}\rPID|1\r${MSH}`).issue.expression).toBe('MSH[2]');
  });
});

describe('delimiters', () => {
  test('are those of MSH-1 and MSH-2', () => {
    const message = read('MSH|^_\\&|ZD\rPID|||1^^^A^PI_2^^^B&1.2&ISO^VN');
    expect(message.delimiters).toEqual({
      field: '|',
      component: '^',
      repetition: '_',
      escape: '\\',
      subcomponent: '&',
    });
    expect(
      message
        .first('PID')
        ?.reps(3)
        .map((rep) => rep.cell(4).text),
    ).toEqual(['A', 'B']);
    expect(read('MSH$*_!%$ZD\rPID$$$1*2%3').first('PID')?.at(3, 2, 2).text).toBe('3');
  });

  test.each([
    ['^~\\&#', { escape: '\\', subcomponent: '&' }],
    ['^~\\\\&', { escape: '\\', subcomponent: '&' }],
    ['^~\\', { escape: '\\', subcomponent: '' }],
    ['^~&', { escape: '', subcomponent: '&' }],
  ])('may be %s', (marks, expected) => {
    expect(read(`MSH|${marks}|A\rPID|1`).delimiters).toMatchObject(expected);
  });

  test.each(['^~', '^^\\&', '^~|&', '^~\\&#!', 'a~\\&', ''])('cannot be %j', (marks) => {
    const result = refused(`MSH|${marks}|A|B|||||ADT^A01|9|P|2.4`);
    expect(result.issue).toMatchObject({ code: 'structure', rule: 'hl7v2-syntax' });
  });

  test('that are wrong still leave a header to answer to', () => {
    expect(refused('MSH|^^\\&|A|B|||||ADT^A01|9|P|2.4').header?.header.at(10).text).toBe('9');
  });
});

describe('character set', () => {
  const with18 = (set: string) => `MSH|^~\\&|A|B|C|D|20261120||ADT^A01|7|P|2.5||||||${set}`;

  test('is that of MSH-18', () => {
    expect(
      read(latin1(`${with18('8859/1')}\rPID|||||Daniël`))
        .first('PID')
        ?.at(5).text,
    ).toBe('Daniël');
    expect(
      read(utf8(`${with18('UNICODE UTF-8')}\rPID|||||Daniël`), '8859/1')
        .first('PID')
        ?.at(5).text,
    ).toBe('Daniël');
    expect(
      read(latin1(`${with18('8859/1~UNICODE')}\rPID|||||ë`))
        .first('PID')
        ?.at(5).text,
    ).toBe('ë');
  });

  test('is that of the source where MSH-18 is empty', () => {
    const message = read(latin1(`${MSH}\rPID|||||Daniël`), '8859/1');
    expect(message.first('PID')?.at(5).text).toBe('Daniël');
    expect(message.charset).toBe('8859/1');
  });

  test('is windows-1252 for a source that says so, also where its MSH-18 says 8859/1', () => {
    const bytes = Uint8Array.from([...latin1(`${with18('8859/1')}\rNTE|1||`), 0x80]);
    expect(read(bytes, 'windows-1252').first('NTE')?.at(3).text).toBe('€');
    expect(refused(bytes).issue.expression).toBe('MSH-18');
  });

  test('without a meaning for a byte refuses the message, with a header to answer to', () => {
    const result = refused(latin1(`${MSH}\rPID|||||Daniël`));
    expect(result.issue).toMatchObject({ code: 'value', expression: 'MSH-18' });
    expect(result.header?.header.at(10).text).toBe('7');
    expect(refused(latin1(`${with18('ASCII')}\rPID|||||ë`)).issue.text).toContain('ASCII');
  });

  test('that is not known refuses the message', () => {
    expect(refused(with18('BIG-5')).issue).toMatchObject({ code: 'not-supported', expression: 'MSH-18' });
  });

  test('control characters refuse the message', () => {
    expect(refused(`${MSH}\rNTE|1||a\u0000b`).issue.text).toContain('control character');
  });
});

test('bytes without an MSH are refused without a header', () => {
  for (const bytes of [utf8(''), utf8('PID|1'), utf8('hello'), Uint8Array.of(0xff, 0xfe, 0x4d, 0)]) {
    const parsed = parseMessage(bytes, 'UNICODE UTF-8');
    expect(parsed).toMatchObject({ ok: false, header: null, issue: { expression: 'MSH' } });
  }
});

describe('cells', () => {
  const message = read(
    `${MSH}\rPID|1||4109590^^^AMC^PI~999911120^^^NLMINBIZA^NNNLD||de Vries&de&Vries^A||""|F|||Straat^""^Plaats\rOBX|1||A^B||5.60\rOBX|2||A||||7~8`,
  );
  const pid = message.first('PID');
  const [first, second] = message.all('OBX');

  test.each([
    [pid?.rep(3, 2).cell(1), 'PID-3[2].1', 'PID^1^3^2^1'],
    [pid?.at(3, 4), 'PID-3[1].4', 'PID^1^3^1^4'],
    [pid?.at(5, 1, 2), 'PID-5.1.2', 'PID^1^5^1^1^2'],
    [pid?.at(5, 2), 'PID-5.2', 'PID^1^5^1^2'],
    [pid?.at(8), 'PID-8', 'PID^1^8^1'],
    [pid?.at(8, 2), 'PID-8.2', 'PID^1^8^1^2'],
    [pid?.at(30), 'PID-30', 'PID^1^30^1'],
    [first?.at(5), 'OBX[1]-5', 'OBX^1^5^1'],
    [first?.at(3), 'OBX[1]-3.1', 'OBX^1^3^1^1'],
    [second?.rep(7, 2).cell(1), 'OBX[2]-7[2]', 'OBX^2^7^2'],
    [message.header.at(10), 'MSH-10', 'MSH^1^10^1'],
  ])('know their place (%#)', (cell, path, location) => {
    expect(cell?.path()).toBe(path);
    expect(cell?.errorLocation()).toBe(location);
  });

  test('tell null from empty', () => {
    expect(pid?.at(7)).toMatchObject({ text: '', isNull: true, filled: false });
    expect(pid?.rep(7)).toMatchObject({ isNull: true, filled: false });
    expect(pid?.at(6)).toMatchObject({ text: '', isNull: false, filled: false });
    expect(pid?.at(11, 2)).toMatchObject({ isNull: true });
    expect(pid?.reps(7)).toHaveLength(1);
    expect(pid?.reps(6)).toHaveLength(0);
  });

  test('of MSH-1 and MSH-2 are the delimiters themselves', () => {
    expect(message.header.at(1).text).toBe('|');
    expect(message.header.at(2).text).toBe('^~\\&');
    expect(message.header.at(9, 2).text).toBe('R01');
  });

  test('count as unused until marked', () => {
    const fresh = read(`${MSH}\rPID|1||5^^^X~6||""|A&B^C`).first('PID');
    const places = () => fresh?.unusedCells().map((cell) => cell.path());
    expect(places()).toEqual(['PID-1', 'PID-3[1].1', 'PID-3[1].4', 'PID-3[2]', 'PID-6.1.1', 'PID-6.1.2', 'PID-6.2']);
    const cell = fresh?.at(6, 1, 2);
    if (cell !== undefined) fresh?.markUsed(cell);
    expect(places()).not.toContain('PID-6.1.2');
  });
});

describe('totality', () => {
  test('any bytes give a message or an issue', () => {
    const sets = fc.constantFrom('ASCII', '8859/1', 'UNICODE UTF-8', 'nonsense');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), sets, (bytes, charset) => {
        const parsed = parseMessage(bytes, charset);
        if (!parsed.ok) expect(parsed.issue.text).not.toBe('');
        expect(splitMessages(bytes).length).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });

  test('any text after a header gives cells whose paths can be asked', () => {
    const noise = fc.string({
      unit: fc.constantFrom('|', '^', '~', '\\', '&', '\r', '\n', 'A', '1', 'ë', '"', 'OBX|'),
    });
    fc.assert(
      fc.property(noise, (text) => {
        const parsed = parseMessage(utf8(`${MSH}\r${text}`), 'UNICODE UTF-8');
        if (!parsed.ok) return;
        for (const segment of parsed.message.segments) {
          for (const cell of segment.unusedCells()) {
            expect(cell.path()).toMatch(/^[A-Z][A-Z0-9]{2}(\[\d+\])?-\d+(\[\d+\])?(\.\d+){0,2}$/);
            expect(typeof cell.text).toBe('string');
          }
        }
      }),
    );
  });

  test('what is encoded is read back the same', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'ë', '|', '^', '~', '\\', '&', '\n', ' ', '€', '.') });
    const filled = text.filter((value) => value !== '' && value !== '""');
    fc.assert(
      fc.property(fc.array(fc.array(filled, { minLength: 1, maxLength: 4 }), { maxLength: 5 }), (fields) => {
        const bytes = encodeMessage({
          delimiters: { field: '|', component: '^', repetition: '~', escape: '\\', subcomponent: '&' },
          charset: 'UNICODE UTF-8',
          segments: [
            { name: 'MSH', fields: ['A'] },
            { name: 'ZZZ', fields: fields.map((components) => ({ components })) },
          ],
        });
        const segment = read(bytes).first('ZZZ');
        const back = fields.map((components, index) => components.map((_, at) => segment?.at(index + 1, at + 1).text));
        expect(back).toEqual(fields);
      }),
    );
  });
});

describe('files with several messages', () => {
  const texts = (bytes: Uint8Array) => splitMessages(bytes).map((message) => Buffer.from(message).toString().trim());

  test.each([
    ['MLLP frames', '\u000bMSH|1\rPID|1\r\u001c\r\u000bMSH|2\r\u001c\r', ['MSH|1\rPID|1', 'MSH|2']],
    ['a vertical tab in a text', 'MSH|1\rNTE|1||a\u000bb\u001c\rNTE|2', ['MSH|1\rNTE|1||a\u000bb\u001c\rNTE|2']],
    ['a vertical tab in a framed text', '\u000bMSH|1\rNTE|1||a\u000bb\u001c\r', ['MSH|1\rNTE|1||a\u000bb']],
    ['something after a frame', '\u000bMSH|1\u001c\rrest', ['MSH|1', 'rest']],
    ['a frame without its end', '\u000bMSH|1\rPID|1\r', ['MSH|1\rPID|1']],
    ['a batch', 'FHS|^~\\&\rBHS|^~\\&\rMSH|1\rPID|1\rMSH|2\rBTS|2\rFTS|1\r', ['MSH|1\rPID|1', 'MSH|2']],
    ['one MSH after another', 'MSH|1\nPID|1\n\nMSH|2\nPID|2\n', ['MSH|1\nPID|1', 'MSH|2\nPID|2']],
    ['one message', 'MSH|1\rPID|1', ['MSH|1\rPID|1']],
    ['no MSH at all', 'PID|1', ['PID|1']],
    ['nothing', '\r\n', []],
    ['text that mentions MSH', 'MSH|1\rNTE|1||MSHA|x\r', ['MSH|1\rNTE|1||MSHA|x']],
  ])('%s', (_, text, expected) => {
    expect(texts(utf8(text))).toEqual(expected);
  });

  test('a byte order mark does not count as a message', () => {
    expect(splitMessages(utf8('\uFEFFMSH|1\r'))).toHaveLength(1);
    expect(splitMessages(utf8('\uFEFFFHS|\rMSH|1\rMSH|2\r'))).toHaveLength(2);
  });
});

const data = join(__dirname, '../../../../shared/data/hl7v2');
const files = existsSync(data)
  ? readdirSync(data, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.hl7'))
  : [];
(files.length > 0 ? describe : describe.skip)('messages collected from public projects', () => {
  test.each(files)('%s parses', (name) => {
    const messages = splitMessages(readFileSync(join(data, name)));
    expect(messages.length).toBeGreaterThan(0);
    for (const bytes of messages) {
      const message = read(bytes);
      for (const segment of message.segments) for (const cell of segment.unusedCells()) expect(cell.text).toBeDefined();
    }
  });
});
