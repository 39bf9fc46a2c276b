import { createLog, type LogFields } from '../../gateway/log.ts';

function logged(write: (log: ReturnType<typeof createLog>) => void): {
  text: string;
  lines: Record<string, unknown>[];
} {
  let text = '';
  write(createLog({ level: 'debug', stream: { write: (line) => void (text += line) } }));
  const lines = text.split('\n').filter(Boolean);
  return { text, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('the log', () => {
  test('writes the event with its ids and numbers', () => {
    const { lines } = logged((log) => log.event('delivery.dead', { deliveryId: 'a-b', attempts: 3 }, 'error'));
    expect(lines).toMatchObject([{ event: 'delivery.dead', deliveryId: 'a-b', attempts: 3, level: 50 }]);
  });

  test.each([['Anna de Vries'], ['999900006'], ['99999114'], ['a\nb'], ['x'.repeat(121)], ['PID|1||999900006^^^']])(
    'withholds %j, whatever field it stands in',
    (value) => {
      const { text, lines } = logged((log) => log.event('x', { source: value }));
      expect(lines).toMatchObject([{ source: 'withheld' }]);
      expect(text).not.toContain(value);
    },
  );

  test('writes no field outside the list', () => {
    const sneaked = { name: 'Vries' } as LogFields;
    expect(logged((log) => log.event('x', sneaked)).text).not.toContain('Vries');
  });

  test('of an error writes where, not what', () => {
    const error = Object.assign(new Error('patient Anna de Vries'), { code: 'ECONNRESET' });
    const { text, lines } = logged((log) => log.failure('x', error, { messageId: 'm1' }));
    expect(text).not.toContain('Anna');
    expect(lines).toMatchObject([{ event: 'x', error: 'Error', errorCode: 'ECONNRESET', messageId: 'm1' }]);
    expect(String((lines[0]?.['stack'] as string[])[0])).toContain('log.test.ts');
  });
});
