import { acknowledge, commitCode, type Answer } from '../../../mappings/hl7v2/acknowledge.ts';
import { errorLocation } from '../../../mappings/hl7v2/error-segment.ts';
import { parseMessage } from '../../../mappings/hl7v2/parse.ts';

function header(text: string, bytes = new TextEncoder().encode(text)) {
  const parsed = parseMessage(bytes, '8859/1');
  const message = parsed.ok ? parsed.message : parsed.header;
  if (message === null) throw new Error('no header');
  return message;
}
const lines = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1').split('\r');
const AT = '2026-11-20T14:05:00.250+01:00';
const accepted: Answer = { code: 'AA', controlId: 'G1', at: AT, issues: [] };
const bsn = { location: 'PID-3[2].1', code0357: '102', severity: 'E', text: 'BSN fails the elfproef' } as const;

test('an AA goes back to where the message came from, in its version and with its processing id', () => {
  const message = header('MSH|^~\\&|GLIMS|AMC^1.2&x|GW|WK|20261120140500||ORU^R01|4711|P|2.5.1||||||8859/1');
  expect(lines(acknowledge(message, accepted))).toEqual([
    'MSH|^~\\&|GW|WK|GLIMS|AMC^1.2&x|20261120140500+0100||ACK^R01^ACK|G1|P|2.5.1||||||8859/1',
    'MSA|AA|4711',
    '',
  ]);
});

test.each([
  ['2.1', 'ACK'],
  ['2.2', 'ACK'],
  ['2.3', 'ACK^A01'],
  ['2.3.1', 'ACK^A01^ACK'],
  ['2.4', 'ACK^A01^ACK'],
  ['2.8', 'ACK^A01^ACK'],
])('in version %s the type is %s', (version, type) => {
  const message = header(`MSH|^~\\&|A|B|C|D|20261120||ADT^A01|1|P|${version}`);
  expect(lines(acknowledge(message, accepted))[0]?.split('|')[8]).toBe(type);
});

test('below v2.5 an error stands in ERR-1 and MSA-3 too', () => {
  const message = header('MSH|^~\\&|A|B|C|D|20261120||ADT^A01|1|P|2.4');
  expect(lines(acknowledge(message, { ...accepted, code: 'AE', issues: [bsn] })).slice(1)).toEqual([
    'MSA|AE|1|BSN fails the elfproef',
    'ERR|PID^1^3^102&Data type error&HL70357|PID^1^3^2^1|102^Data type error^HL70357|E||||BSN fails the elfproef',
    '',
  ]);
});

test('from v2.5 each issue is one ERR, warnings among them', () => {
  const message = header('MSH|^~\\&|A|B|C|D|20261120||ORU^R01|1|P|2.5');
  const warning = { location: 'OBX[3]-5', code0357: '0', severity: 'W', text: 'a | b & c' } as const;
  expect(lines(acknowledge(message, { ...accepted, code: 'AE', issues: [bsn, warning] })).slice(1)).toEqual([
    'MSA|AE|1',
    'ERR||PID^1^3^2^1|102^Data type error^HL70357|E||||BSN fails the elfproef',
    'ERR||OBX^3^5^1|0^Message accepted^HL70357|W||||a \\F\\ b \\T\\ c',
    '',
  ]);
});

test('the answer uses the delimiters of the sender', () => {
  const message = header('MSH$*_!%$A$B$C$D$20261120$$ADT*A01$1$P$2.5');
  const answer = lines(acknowledge(message, { ...accepted, code: 'AR', issues: [{ ...bsn, text: 'a$b^c' }] }));
  expect(answer[0]).toBe('MSH$*_!%$C$D$A$B$20261120140500+0100$$ACK*A01*ACK$G1$P$2.5');
  expect(answer[2]).toBe('ERR$$PID*1*3*2*1$102*Data type error*HL70357$E$$$$a!F!b^c');
});

test('the control id goes back byte for byte, in the character set of the sender', () => {
  const bytes = Uint8Array.from(Buffer.from('MSH|^~\\&|A|B|C|D|||ADT^A01|ë\\x|P|2.5||||||8859/15', 'latin1'));
  expect(lines(acknowledge(header('', bytes), accepted))[1]).toBe('MSA|AA|ë\\x');
});

test('a message whose bytes could not be decoded is answered from its header', () => {
  const message = header('MSH|^~\\&|A|B|C|D|||ADT^A01|9|P|2.5||||||BIG-5\rPID|1');
  expect(lines(acknowledge(message, { ...accepted, code: 'AR' }))[1]).toBe('MSA|AR|9');
});

test.each([
  ['', 'AA', 'AE', 'AR'],
  ['""', 'AA', 'AE', 'AR'],
  ['AL', 'CA', 'CE', 'CR'],
  ['NE', null, null, null],
  ['ER', null, 'CE', 'CR'],
  ['SU', 'CA', null, null],
  ['XX', 'CA', 'CE', 'CR'],
])('with MSH-15 %j the codes are %s, %s and %s', (condition, ...codes) => {
  const message = header(`MSH|^~\\&|A|B|C|D|||ADT^A01|9|P|2.5|||${condition}|NE`);
  expect((['AA', 'AE', 'AR'] as const).map((code) => commitCode(code, message))).toEqual(codes);
});

test.each([
  ['PID', 'PID^1'],
  ['OBX[12]', 'OBX^12'],
  ['PID-3[2].4.2', 'PID^1^3^2^4^2'],
  ['PV1-44', 'PV1^1^44^1'],
  ['Bundle.entry[2].resource.status', ''],
  ['', ''],
])('%j is the place %j', (path, location) => {
  expect(errorLocation(path).join('^')).toBe(location);
});
