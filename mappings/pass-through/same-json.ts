/** Whether two JSON values say the same, whatever the order of their keys. */
export function sameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [keys, others] = [Object.entries(one), new Map<string, unknown>(Object.entries(other))];
  return (
    keys.length === others.size && keys.every(([key, value]) => others.has(key) && sameJson(value, others.get(key)))
  );
}
