import { createStore, keep } from '../../../gateway/sandbox/store.ts';

const kept = (id: string) =>
  keep({ resourceType: 'Patient', identifier: [{ system: 's', value: id }] }, id, 1, '2026-11-22T10:00:00.000Z');

describe('what a partner remembers', () => {
  test('is bounded: the one unchanged longest is forgotten, and counted', () => {
    const store = createStore(2);
    store.commit([kept('a')]);
    store.commit([kept('b')]);
    store.commit([kept('a')]);
    store.commit([kept('c')]);
    expect(store.all('Patient').map(({ id }) => id)).toEqual(['a', 'c']);
    expect(store.withIdentifier('Patient', 's|b')).toEqual([]);
    expect(store.counts()).toEqual({ kept: 2, forgotten: 1 });
  });
});
