import { r4Codes, r4Type } from '../r4/definitions.ts';
import type { CodeSet, R4Element, R4TypeReference } from '../r4/definitions.ts';
import { PRIMITIVES } from './primitive.ts';
import type { PrimitiveCheck } from './primitive.ts';

/** What one JSON object may hold: a type or a backbone element, compiled when it is first met. */
export interface Shape {
  readonly name: string;
  readonly isResource: boolean;
  /** By JSON key: `birthDate`, `_birthDate`, `valueQuantity`. */
  readonly slots: ReadonlyMap<string, Slot>;
  /** Elements with min > 0, each with the keys that count for it. */
  readonly required: readonly { readonly name: string; readonly keys: readonly string[]; readonly min: number }[];
  /** JSON keys of each choice by its name: `value[x]` → `valueQuantity`, … */
  readonly choices: ReadonlyMap<string, readonly string[]>;
  /** Invariant ids of the type itself and its parents; a backbone element's stand at its slot. */
  readonly constraints: readonly string[];
}

/** One JSON key of a shape. */
export interface Slot {
  /** The key without the underscore of a primitive's extensions. */
  readonly name: string;
  readonly typeName: string;
  readonly list: boolean;
  readonly max: number;
  /** Name in the definition: `value[x]` for the key `valueQuantity`. */
  readonly stem: string;
  readonly constraints: readonly string[];
  readonly binding: R4Element['binding'];
  /** Number of the choice (`value[x]`) this key belongs to, or -1. */
  readonly choice: number;
  readonly underscore: boolean;
  /** Set for a primitive. */
  readonly check: PrimitiveCheck | null;
  readonly isResource: boolean;
  readonly targets: ReadonlySet<string> | null;
  /** Codes of a required binding, by system; for a code the systems are taken together. */
  readonly codes: CodeSet | null;
  readonly anyCode: ReadonlySet<string> | null;
  readonly valueSet: string;
  shape(): Shape;
}

const shapes = new Map<string, Shape>();

/** The shape of a type (`Patient`) or of an element with children (`Patient.contact`). */
export function shapeOf(name: string): Shape {
  const known = shapes.get(name);
  if (known) return known;
  const [typeName = '', ...path] = name.split('.');
  const elements = path.length === 0 ? allElements(typeName) : childrenOf(typeName, path.join('.'));
  const slots = new Map<string, Slot>();
  const required: { name: string; keys: string[]; min: number }[] = [];
  const choices = new Map<string, string[]>();
  for (const element of elements) {
    const ownName = element.path.split('.').at(-1) ?? '';
    const stem = ownName.replace('[x]', '');
    const types: readonly R4TypeReference[] = element.content
      ? [{ code: element.content, targets: [] }]
      : element.types;
    const keys: string[] = [];
    for (const type of types) {
      const key = stem === ownName ? stem : stem + choiceSuffix(type.code);
      const slot = compileSlot(key, type, element, stem === ownName ? -1 : choices.size, `${typeName}.${element.path}`);
      slots.set(key, slot);
      keys.push(key);
      if (!slot.check) continue;
      slots.set(`_${key}`, {
        ...slot,
        underscore: true,
        check: null,
        codes: null,
        anyCode: null,
        constraints: [],
        shape: elementShape,
      });
      keys.push(`_${key}`);
    }
    if (stem !== ownName) {
      choices.set(
        ownName,
        keys.filter((key) => !key.startsWith('_')),
      );
    }
    if (element.min > 0) required.push({ name: stem, keys, min: element.min });
  }
  const isResource = path.length === 0 && r4Type(typeName)?.kind === 'resource';
  const constraints = path.length === 0 ? typeConstraints(typeName) : [];
  const shape = { name, isResource, slots, required, choices, constraints };
  shapes.set(name, shape);
  return shape;
}

const elementShape = () => shapeOf('Element');

/** `SimpleQuantity` is a rule on Quantity, not a type of its own in JSON. */
const jsonType = (code: string) => (code === 'SimpleQuantity' || code === 'MoneyQuantity' ? 'Quantity' : code);
const choiceSuffix = (code: string) => jsonType(code).charAt(0).toUpperCase() + jsonType(code).slice(1);

function compileSlot(key: string, type: R4TypeReference, element: R4Element, choice: number, path: string): Slot {
  const isBackbone = type.code === 'BackboneElement' || (type.code === 'Element' && element.path !== 'Element');
  const shapeName = isBackbone ? path : jsonType(type.code);
  const codes = (element.binding?.strength === 'required' ? r4Codes(element.binding.valueSet) : undefined) ?? null;
  const check = PRIMITIVES[type.code] ?? null;
  return {
    name: key,
    typeName: type.code,
    stem: element.path.split('.').at(-1) ?? '',
    constraints: type.code === 'SimpleQuantity' ? [...element.constraints, 'sqty-1'] : element.constraints,
    binding: element.binding,
    list: element.max > 1,
    max: element.max,
    choice,
    underscore: false,
    check,
    isResource: type.code === 'Resource',
    targets: type.code === 'Reference' && type.targets.length > 0 ? new Set(type.targets) : null,
    codes,
    anyCode: codes && check ? new Set(Array.from(codes.values()).flatMap((set) => Array.from(set))) : null,
    valueSet: element.binding?.valueSet.split('/').at(-1) ?? '',
    shape: () => shapeOf(shapeName),
  };
}

function typeConstraints(typeName: string): readonly string[] {
  const type = r4Type(typeName);
  return type ? [...(type.parent === null ? [] : typeConstraints(type.parent)), ...type.constraints] : [];
}

/** Elements of a type with those of its parents before its own. */
function allElements(typeName: string): R4Element[] {
  const type = r4Type(typeName);
  if (!type) return [];
  const inherited = type.parent === null ? [] : allElements(type.parent);
  return [...inherited, ...type.elements.filter((element) => !element.path.includes('.'))];
}

function childrenOf(typeName: string, path: string): R4Element[] {
  const type = r4Type(typeName);
  const own = type?.elements.find((element) => element.path === path);
  const children = type?.elements.filter(
    (element) => element.path.startsWith(`${path}.`) && !element.path.slice(path.length + 1).includes('.'),
  );
  return [...allElements(own?.types[0]?.code ?? 'BackboneElement'), ...(children ?? [])];
}
