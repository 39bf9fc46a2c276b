/** An object without some of its keys; what else hangs on it (the written form of its decimals) stays. */
export function omit<T extends object>(from: T, ...keys: readonly string[]): Partial<T> {
  const rest: Partial<T> = { ...from };
  for (const key of keys) Reflect.deleteProperty(rest, key);
  return rest;
}
