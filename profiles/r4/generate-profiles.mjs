// Reduces the profiles and extensions R4 itself publishes (vitalsigns, humanname-own-prefix …) to what a validator
// reads: { canonical: StructureDefinition as JSON text with a bare differential }.
const KEPT = ['id', 'path', 'sliceName', 'min', 'max', 'slicing', 'contentReference', 'maxLength'];
const NOISE = new Set(['ele-1', 'ext-1', 'dom-2', 'dom-3', 'dom-4', 'dom-5', 'dom-6']);

const strip = (reference) => reference?.split('|')[0];

function bare(element) {
  const kept = {};
  for (const key of KEPT) if (element[key] !== undefined) kept[key] = element[key];
  for (const key of Object.keys(element)) if (/^(fixed|pattern|minValue|maxValue)/.test(key)) kept[key] = element[key];
  if (element.slicing) {
    kept.slicing = { discriminator: element.slicing.discriminator, rules: element.slicing.rules };
  }
  if (element.type) {
    kept.type = element.type.map(({ code, profile, targetProfile }) => ({ code, profile, targetProfile }));
  }
  if (element.binding?.valueSet && ['required', 'extensible'].includes(element.binding.strength)) {
    kept.binding = { strength: element.binding.strength, valueSet: strip(element.binding.valueSet) };
  }
  const constraint = (element.constraint ?? []).filter((each) => !NOISE.has(each.key) && each.expression);
  if (constraint.length > 0) {
    kept.constraint = constraint.map(({ key, severity, human, expression }) => ({ key, severity, human, expression }));
  }
  return kept;
}

export function bareProfiles(definitions) {
  const result = {};
  for (const { url, type, kind, derivation, baseDefinition, differential } of definitions) {
    if (derivation !== 'constraint' || !differential) continue;
    const element = differential.element.map(bare).filter((each) => Object.keys(each).length > 2 || each.id === type);
    result[url] = {
      resourceType: 'StructureDefinition',
      url,
      type,
      kind,
      derivation,
      baseDefinition,
      differential: { element },
    };
  }
  return result;
}

/** Value sets the kept elements are bound to, with their strength. */
export function boundBy(profiles) {
  return Object.values(profiles)
    .flatMap((profile) => profile.differential.element)
    .filter((element) => element.binding)
    .map((element) => [element.binding.valueSet, element.binding.strength]);
}
