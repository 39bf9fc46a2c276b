import { answerV2 } from '../../../gateway/mllp/answer.ts';
import { accept, REFUSALS } from '../http/stand-in.ts';
import { oru, segment } from './stand-in.ts';

const NOW = new Date('2026-11-20T13:00:00.000Z');
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const text = (answer: ReturnType<typeof answerV2>): string =>
  answer.kind === 'acknowledge' ? Buffer.from(answer.bytes).toString('latin1') : answer.kind;
const accepted = accept({ id: '0d5e6c1a-6f0f-4f1e-9d5e-5a8f6f1f0c11', controlId: 'A1', door: 'mllp' });
const refused = { ok: false, refusal: REFUSALS.rule, message: null } as const;

/** With MSH-15 (accept acknowledgement type) valued, the message asks for enhanced mode. */
const enhanced = (condition: string): Buffer => bytes(oru('A1', '', `|||${condition}`));

describe('the acknowledgement', () => {
  it('is made of the stored message, so that a duplicate gets the same bytes', () => {
    const first = answerV2(bytes(oru('A1')), accepted, NOW);
    const later = answerV2(bytes(oru('A1')), { ...accepted, duplicate: true } as typeof accepted, new Date());
    expect(text(later)).toBe(text(first));
    expect(segment(text(first), 'MSH')[6]).toBe('20261120120001+0000');
    expect(segment(text(first), 'MSH')[9]).toBe('4f1e9d5e5a8f6f1f0c11');
  });

  it('turns sender and receiver around', () => {
    const header = segment(text(answerV2(bytes(oru('A1')), accepted, NOW)), 'MSH');
    expect(header.slice(2, 6)).toEqual(['WKGW', 'WK', 'GLIMS', 'LAB']);
    expect(header[8]).toBe('ACK^R01^ACK');
  });

  it('carries warnings as ERR with severity W, and stays AA', () => {
    const warned = accept({
      warnings: [{ code: 'untranslated-code', location: 'OBX[2]-3', text: 'no translation' }],
    });
    const answer = text(answerV2(bytes(oru('A1')), warned, NOW));
    expect(segment(answer, 'MSA')[1]).toBe('AA');
    const error = segment(answer, 'ERR');
    expect([error[2], error[3]?.split('^')[0], error[4], error[8]]).toEqual([
      'OBX^2^3^1',
      '103',
      'W',
      'untranslated-code: no translation',
    ]);
  });

  it('says where a rule is broken', () => {
    const error = segment(text(answerV2(bytes(oru('A1')), refused, NOW)), 'ERR');
    expect([error[2], error[8]]).toEqual(['PID^1^3^2^1', 'fails the elfproef']);
  });

  it('puts a place that HL7 v2 has no words for into the text', () => {
    const refusal = { kind: 'rule', issues: [{ ...REFUSALS.rule.issues[0], expression: 'Bundle.entry[1]' }] } as const;
    const answer = answerV2(bytes(oru('A1')), { ok: false, refusal, message: null } as never, NOW);
    expect(segment(text(answer), 'ERR')[8]).toBe('fails the elfproef (Bundle.entry[1])');
  });

  it('stands in ERR-1 and MSA-3 too below version 2.5', () => {
    const old = oru('A1').replace('|2.5.1', '|2.3');
    const answer = text(answerV2(bytes(old), refused, NOW));
    expect(segment(answer, 'MSA')[3]).toBe('fails the elfproef');
    expect(segment(answer, 'ERR')[1]).toContain('PID');
  });

  it('uses the delimiters of the sender', () => {
    const own = oru('A1').replaceAll('|', '#');
    expect(text(answerV2(bytes(own), accepted, NOW))).toContain('MSA#AA#A1');
  });

  it.each([
    ['AL', 'CA', 'CE'],
    ['ER', 'silent', 'CE'],
    ['SU', 'CA', 'silent'],
    ['NE', 'silent', 'silent'],
  ])('in enhanced mode %s says %s when accepted and %s when refused', (condition, yes, no) => {
    const say = (received: typeof accepted): string => {
      const answer = text(answerV2(enhanced(condition), received, NOW));
      return segment(answer, 'MSA')[1] ?? answer;
    };
    expect(say(accepted)).toBe(yes);
    expect(say(refused)).toBe(no);
  });

  it('names no more than twenty faults of a message that has thousands', () => {
    const [issue] = REFUSALS.rule.issues;
    const refusal = { kind: 'rule', issues: Array.from({ length: 5000 }, () => issue) };
    const answer = text(answerV2(bytes(oru('A1')), { ok: false, refusal, message: null } as never, NOW));
    expect(answer.split('\r').filter((line) => line.startsWith('ERR')).length).toBe(20);
  });

  it('is not given without an MSH, nor when nothing was stored', () => {
    expect(answerV2(bytes('PID|1\r'), refused, NOW)).toEqual({ kind: 'close' });
    expect(answerV2(bytes(''), refused, NOW)).toEqual({ kind: 'close' });
    const unavailable = { ok: false, refusal: REFUSALS.unavailable, message: null } as const;
    expect(answerV2(bytes(oru('A1')), unavailable, NOW)).toEqual({ kind: 'close' });
  });
});
