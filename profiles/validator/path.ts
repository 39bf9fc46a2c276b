import { insideOf, isObject, itemsOf } from './item.ts';
import type { Item } from './item.ts';
import { newNode } from './node.ts';
import type { ProfileNode } from './node.ts';
import type { Registry } from './registry.ts';

/** A step of a discriminator's path. */
export type Step = { readonly kind: 'element' | 'extension'; readonly name: string } | { readonly kind: 'resolve' };

/** The restricted FHIRPath of discriminators: `$this`, names, `extension('url')`, `ofType()`, `resolve()`. */
export function stepsOf(path: string): Step[] {
  const steps: Step[] = [];
  for (const [, name = '', argument] of path.matchAll(/([$\w]+(?:\[x\])?)(?:\(([^)]*)\))?\.?/g)) {
    if (name === 'resolve') steps.push({ kind: 'resolve' });
    else if (argument !== undefined && name === 'extension') {
      steps.push({ kind: 'extension', name: /'([^']*)'/.exec(argument)?.[1] ?? '' });
    } else if (name !== '$this' && argument === undefined) steps.push({ kind: 'element', name });
  }
  return steps;
}

/** The items a path leads to within an item. */
export function follow(items: readonly Item[], steps: readonly Step[]): Item[] {
  return steps.reduce<Item[]>(
    (at, step) =>
      at.flatMap((item) => {
        const { object, shape } = insideOf(item);
        if (step.kind === 'resolve') return [];
        if (step.kind === 'element') {
          const choice = `${step.name}[x]`;
          return itemsOf(object, shape, shape?.choices.has(choice) ? choice : step.name);
        }
        const extensions = itemsOf(object, shape, 'extension');
        return extensions.filter((each) => isObject(each.value) && each.value['url'] === step.name);
      }),
    [...items],
  );
}

/** What a slice says at a path, itself or by the profile of its type. */
export function lookUp(nodes: readonly ProfileNode[], steps: readonly Step[], registry: Registry): ProfileNode[] {
  const withProfiles = (node: ProfileNode) => [
    node,
    ...(node.types ?? []).flatMap((type) => type.profiles.map((url) => registry.profile(url)?.root)),
  ];
  const known = (node: ProfileNode | undefined): node is ProfileNode => node !== undefined;
  return steps
    .reduce<ProfileNode[]>(
      (at, step) => {
        if (step.kind === 'resolve') return at;
        const inner = at.flatMap(withProfiles).filter(known);
        if (step.kind === 'extension') {
          return inner
            .flatMap((node) => Array.from(node.children.get('extension')?.slices.values() ?? []))
            .filter((slice) => urlsOf(slice).includes(step.name));
        }
        return inner.flatMap((node) => below(node, step.name));
      },
      [...nodes],
    )
    .flatMap((node) => (steps.length === 0 ? withProfiles(node).filter(known) : [node]));
}

/** What a node says about a child: at the child, in the child's slices, or as part of its own pattern. */
function below(node: ProfileNode, name: string): ProfileNode[] {
  const child = node.children.get(name) ?? node.children.get(`${name}[x]`);
  const whole = node.fixed ?? node.pattern;
  const part = isObject(whole) ? whole[name] : undefined;
  const patterns = part === undefined ? [] : Array.isArray(part) ? (part as unknown[]) : [part];
  return [
    ...(child ? [child, ...child.slices.values()] : []),
    ...patterns.map((pattern) => ({ ...newNode(name, null), pattern, min: 1 })),
  ];
}

/** The urls of an extension slice: its extension's canonical, or the url it fixes (`extension:code.url`). */
export function urlsOf(slice: ProfileNode): readonly unknown[] {
  const own = slice.children.get('url')?.fixed;
  return own === undefined ? (slice.types ?? []).flatMap((type) => type.profiles) : [own];
}
