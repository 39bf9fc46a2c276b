import { randomBytes } from 'node:crypto';
import { createSeal } from '../../../gateway/ledger/seal.ts';

const key = Buffer.alloc(32, 1);
const { seal, open, hash } = createSeal(key);
const text = Buffer.from('PID|1||4109590^^^EPD||Vries^Anna\r'.repeat(20));

describe('what is sealed', () => {
  test('opens to the same bytes, for the same row and kind only', () => {
    const sealed = seal('raw', 'row-1', text);
    expect(open('raw', 'row-1', sealed).equals(text)).toBe(true);
    expect(() => open('raw', 'row-2', sealed)).toThrow();
    expect(() => open('mapped', 'row-1', sealed)).toThrow();
  });

  test('does not open with another key', () => {
    const other = createSeal(randomBytes(32));
    expect(() => other.open('raw', 'row-1', seal('raw', 'row-1', text))).toThrow();
  });

  test('does not open when any byte was changed', () => {
    const sealed = seal('raw', 'row-1', Buffer.from('short'));
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => open('raw', 'row-1', changed)).toThrow();
    }
    expect(() => open('raw', 'row-1', sealed.subarray(0, 10))).toThrow();
    expect(() => open('raw', 'row-1', Buffer.alloc(0))).toThrow();
  });

  test('never reads the same twice, and is smaller when that is possible', () => {
    const sealed = seal('raw', 'row-1', text);
    expect(seal('raw', 'row-1', text).equals(sealed)).toBe(false);
    expect(sealed.length).toBeLessThan(text.length / 2);
    const noise = randomBytes(50_000);
    expect(seal('raw', 'row-1', noise).length).toBe(noise.length + 29);
  });

  test('needs a key of 32 bytes', () => {
    expect(() => createSeal(randomBytes(16))).toThrow('LEDGER_KEY must be 32 bytes');
  });
});

describe('a keyed hash', () => {
  test('is the same for the same text, differs with text and key, and does not show the text', () => {
    expect(hash('bsn|999900006')).toBe(hash('bsn|999900006'));
    expect(hash('bsn|999900006')).toMatch(/^[\w-]{43}$/);
    expect(hash('bsn|999911120')).not.toBe(hash('bsn|999900006'));
    expect(createSeal(randomBytes(32)).hash('bsn|999900006')).not.toBe(hash('bsn|999900006'));
  });
});
