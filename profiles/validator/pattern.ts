type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** R4 §ElementDefinition.fixed: the same value, the same elements, the same order of repetitions. */
export function equals(value: unknown, fixed: unknown): boolean {
  if (Array.isArray(fixed)) {
    return (
      Array.isArray(value) && value.length === fixed.length && fixed.every((each, index) => equals(value[index], each))
    );
  }
  if (!isObject(fixed)) return value === fixed;
  if (!isObject(value)) return false;
  const keys = Object.keys(fixed);
  return keys.length === Object.keys(value).length && keys.every((key) => equals(value[key], fixed[key]));
}

/** R4 §ElementDefinition.pattern: everything the pattern has is there; repetitions in any order, more may stand beside. */
export function holds(value: unknown, pattern: unknown): boolean {
  if (Array.isArray(pattern)) {
    return Array.isArray(value) && pattern.every((each) => value.some((item) => holds(item, each)));
  }
  if (!isObject(pattern)) return value === pattern;
  return isObject(value) && Object.keys(pattern).every((key) => holds(value[key], pattern[key]));
}

/** -1, 0 or 1 for numbers, dates of one precision and quantities of one unit; null when they cannot be compared. */
export function compare(value: unknown, bound: unknown): number | null {
  if (typeof value === 'number' && typeof bound === 'number') return Math.sign(value - bound);
  if (typeof value === 'string' && typeof bound === 'string') {
    if (value.length < bound.length) return null;
    const same = value.slice(0, bound.length);
    return same === bound ? 0 : same < bound ? -1 : 1;
  }
  if (!isObject(value) || !isObject(bound)) return null;
  if (bound['code'] !== undefined && (value['code'] !== bound['code'] || value['system'] !== bound['system']))
    return null;
  return compare(value['value'], bound['value']);
}
