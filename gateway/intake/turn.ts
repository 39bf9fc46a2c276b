/**
 * How much is begun in one turn of the event loop, through all doors together. What is begun in a turn shares a commit;
 * without a bound, a turn in which every connection has something takes long, nobody is answered before its end, and what
 * was read and built for all of them is in memory at once.
 */
export type Turn = () => Promise<void>;

/** The returned function resolves when one more may begin, in the order of asking; at once while this turn has room. */
export function createTurn(most: number): Turn {
  let begun = 0;
  const waiting: (() => void)[] = [];
  const next = (): void => {
    const going = waiting.splice(0, most);
    begun = going.length;
    if (begun > 0) setImmediate(next);
    for (const go of going) go();
  };
  return () =>
    new Promise((resolve) => {
      if (begun === 0) setImmediate(next);
      if (begun < most && waiting.length === 0) {
        begun += 1;
        resolve();
      } else waiting.push(resolve);
    });
}
