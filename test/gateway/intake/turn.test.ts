import { createTurn } from '../../../gateway/intake/turn.ts';

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('so many begin in one turn, the others in the turns after it, in the order of asking', async () => {
  const turn = createTurn(3);
  const begun: number[] = [];
  const all = Promise.all(Array.from({ length: 8 }, (_, index) => turn().then(() => begun.push(index))));
  await Promise.resolve();
  expect(begun).toEqual([0, 1, 2]);
  await nextTurn();
  expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
  await all;
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test('who comes later does not overtake who waits', async () => {
  const turn = createTurn(1);
  const begun: string[] = [];
  const ask = (name: string): Promise<unknown> => turn().then(() => begun.push(name));
  const first = [ask('a'), ask('b'), ask('c')];
  await nextTurn();
  await Promise.all([...first, ask('d')]);
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
});

test('a quiet door has its whole share again', async () => {
  const turn = createTurn(2);
  await Promise.all([turn(), turn()]);
  await nextTurn();
  await nextTurn();
  const begun: number[] = [];
  void turn().then(() => begun.push(1));
  void turn().then(() => begun.push(2));
  await Promise.resolve();
  expect(begun).toEqual([1, 2]);
});
