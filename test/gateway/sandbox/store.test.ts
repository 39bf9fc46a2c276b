import { createStore, keep } from '../../../gateway/sandbox/store.ts';

const kept = (id: string) =>
  keep({ resourceType: 'Patient', identifier: [{ system: 's', value: id }] }, id, 1, '2026-11-22T10:00:00.000Z');

describe('what a partner remembers', () => {
  test('is bounded: the one unchanged longest is forgotten, and counted', () => {
    const store = createStore({ resources: 2, characters: 10_000 });
    store.commit([kept('a')]);
    store.commit([kept('b')]);
    store.commit([kept('a')]);
    store.commit([kept('c')]);
    expect(store.all('Patient').map(({ id }) => id)).toEqual(['a', 'c']);
    expect(store.withIdentifier('Patient', 's|b')).toEqual([]);
    expect(store.counts()).toEqual({ kept: 2, forgotten: 1 });
  });

  test('is bounded in size too', () => {
    const store = createStore({ resources: 100, characters: 400 });
    for (const id of ['a', 'b', 'c', 'd']) store.commit([kept(id)]);
    expect(store.all('Patient').map(({ id }) => id)).toEqual(['c', 'd']);
  });
});
