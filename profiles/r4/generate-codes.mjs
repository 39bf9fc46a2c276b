// Expands R4 value sets to { value set id: { code system: "code code …" } } at generation time.
const EXTENSIBLE_LIMIT = 400;

export function expandValueSets(resources, bound, urlOf) {
  const valueSets = new Map();
  const codeSystems = new Map();
  for (const resource of resources) {
    if (resource.resourceType === 'ValueSet') valueSets.set(resource.url, resource);
    if (resource.resourceType === 'CodeSystem' && resource.content === 'complete')
      codeSystems.set(resource.url, resource);
  }

  const nested = (concepts) => (concepts ?? []).flatMap((each) => [each, ...nested(each.concept)]);

  /** Codes of one include or exclude, or null when it cannot be expanded from what is published. */
  function codesOf(part, seen) {
    const perSystem = [];
    if (part.system) {
      const system = codeSystems.get(part.system);
      if (part.concept) perSystem.push(...part.concept.map((each) => [part.system, each.code]));
      else if (!system) return null;
      else {
        const all = nested(system.concept);
        let kept = all;
        for (const filter of part.filter ?? []) {
          if (filter.property !== 'concept' || !['is-a', 'descendent-of'].includes(filter.op)) return null;
          const below = subsumed(system, all, filter.value);
          if (filter.op === 'descendent-of') below.delete(filter.value);
          kept = kept.filter((each) => below.has(each.code));
        }
        perSystem.push(...kept.map((each) => [part.system, each.code]));
      }
    }
    let result = part.system ? perSystem : null;
    for (const url of part.valueSet ?? []) {
      const other = expand(url.split('|')[0], seen);
      if (other === null) return null;
      const keys = new Set(other.map(([system, code]) => `${system}|${code}`));
      result = result === null ? other : result.filter(([system, code]) => keys.has(`${system}|${code}`));
    }
    return result;
  }

  /** A concept and all below it, by nesting and by the `subsumedBy` property the v3 code systems use. */
  function subsumed(system, all, code) {
    const below = new Set([code]);
    for (let grew = true; grew;) {
      grew = false;
      const add = (each) => {
        if (!below.has(each)) grew = below.add(each) !== undefined;
      };
      for (const concept of all) {
        if (below.has(concept.code)) for (const child of concept.concept ?? []) add(child.code);
        const parents = (concept.property ?? []).filter((each) => each.code === 'subsumedBy');
        if (parents.some((each) => below.has(each.valueCode))) add(concept.code);
      }
    }
    return below;
  }

  function expand(url, seen = new Set()) {
    const valueSet = valueSets.get(url);
    if (!valueSet || seen.has(url)) return null;
    const inner = new Set([...seen, url]);
    if (!valueSet.compose?.include) return null;
    const included = [];
    for (const part of valueSet.compose.include) {
      const codes = codesOf(part, inner);
      if (codes === null) return null;
      included.push(...codes);
    }
    const excluded = new Set();
    for (const part of valueSet.compose.exclude ?? []) {
      const codes = codesOf(part, inner);
      if (codes === null) return null;
      for (const [system, code] of codes) excluded.add(`${system}|${code}`);
    }
    return included.filter(([system, code]) => !excluded.has(`${system}|${code}`));
  }

  const result = {};
  for (const [id, strength] of [...bound].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const codes = expand(urlOf(id));
    if (codes === null || codes.length === 0) {
      process.stdout.write(`not expandable: ${strength} ${id}\n`);
      continue;
    }
    if (strength !== 'required' && codes.length > EXTENSIBLE_LIMIT) continue;
    const bySystem = {};
    for (const [system, code] of codes) (bySystem[system] ??= new Set()).add(code);
    result[id] = Object.fromEntries(Object.entries(bySystem).map(([system, set]) => [system, [...set].join('\n')]));
  }
  return result;
}
