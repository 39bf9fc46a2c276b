/** What a profile asks of one element or slice, beyond base R4. Built by merging differentials, base profile first. */
export interface ProfileNode {
  /** `identifier`, `value[x]`; the type's name at the root. */
  readonly name: string;
  readonly slice: string | null;
  min: number;
  max: number;
  types: readonly NodeType[] | null;
  /** fixed[x]: the value must be this one. */
  fixed: unknown;
  /** pattern[x]: the value must hold at least this. */
  pattern: unknown;
  lowest: unknown;
  highest: unknown;
  maxLength: number | null;
  binding: { readonly strength: string; readonly valueSet: string } | null;
  readonly invariants: Map<string, ProfileInvariant>;
  slicing: Slicing | null;
  readonly children: Map<string, ProfileNode>;
  readonly slices: Map<string, ProfileNode>;
  /** Profiles of its type whose inner elements are among the children already. */
  readonly built: Set<string>;
}

export interface NodeType {
  readonly code: string;
  readonly profiles: readonly string[];
  readonly targets: readonly string[];
}

interface Slicing {
  readonly discriminators: readonly { readonly type: string; readonly path: string }[];
  readonly rules: string;
  readonly ordered: boolean;
}

export interface ProfileInvariant {
  readonly key: string;
  readonly severity: string;
  readonly human: string;
  readonly expression: string;
}

export function newNode(name: string, slice: string | null): ProfileNode {
  return {
    name,
    slice,
    min: 0,
    max: Infinity,
    types: null,
    fixed: undefined,
    pattern: undefined,
    lowest: undefined,
    highest: undefined,
    maxLength: null,
    binding: null,
    invariants: new Map(),
    slicing: null,
    children: new Map(),
    slices: new Map(),
    built: new Set(),
  };
}

/** Whether a slice or element has anything to check by value: used to tell slices apart. */
export const saysValue = (node: ProfileNode): boolean =>
  node.fixed !== undefined ||
  node.pattern !== undefined ||
  node.binding?.strength === 'required' ||
  Array.from(node.children.values()).some(saysValue);
