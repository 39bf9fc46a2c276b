import { withoutVersion } from '../package.ts';
import { isResourceType } from '../r4/definitions.ts';
import { Place } from '../structure/place.ts';
import { fullUrlsOf, namedType, resolveReference } from '../structure/reference.ts';
import type { Scope } from '../structure/reference.ts';
import { shapeOf } from '../structure/shape.ts';
import { checkNode } from './check.ts';
import type { Invariants } from './invariant.ts';
import { isObject } from './item.ts';
import type { Item, Json } from './item.ts';
import type { Registry } from './registry.ts';
import type { Run } from './run.ts';
import { walkBase } from './walk.ts';

const R4_BASE = 'http://hl7.org/fhir/StructureDefinition/';

/** One pass of the validator through a resource and all resources inside it. */
export class Visit implements Run {
  readonly registry: Registry;
  readonly invariants: Invariants;
  readonly root: Json;
  place: Place;
  resource: Json;
  scope: Scope = { bundles: [], container: null };
  private readonly verdicts = new WeakMap<object, Map<string, boolean>>();

  constructor(registry: Registry, invariants: Invariants, root: Json) {
    this.registry = registry;
    this.invariants = invariants;
    this.root = root;
    this.resource = root;
    this.place = new Place(typeof root['resourceType'] === 'string' ? root['resourceType'] : 'Resource');
  }

  /** Checks a resource where the place stands, with the profiles it claims and those asked for. */
  enter(value: Json, contained: boolean, requested: readonly string[] = []): void {
    const type = value['resourceType'];
    if (typeof type !== 'string' || !isResourceType(type)) return;
    const { resource, scope } = this;
    const entries = type === 'Bundle' && Array.isArray(value['entry']) ? (value['entry'] as unknown[]) : null;
    this.scope = {
      bundles: entries ? [...scope.bundles, fullUrlsOf(entries)] : scope.bundles,
      container: contained ? scope.container : value,
    };
    this.resource = value;
    walkBase(value, shapeOf(type), this, (inner, isContained) => this.enter(inner, isContained));
    const { profile } = isObject(value['meta']) ? value['meta'] : {};
    const claimed = Array.isArray(profile) ? (profile as unknown[]) : [];
    claimed.forEach((url, index) => this.checkProfile(value, type, url, `meta.profile[${index}]`));
    for (const url of requested) this.checkProfile(value, type, url, undefined);
    this.resource = resource;
    this.scope = scope;
  }

  resolve(reference: Json): unknown {
    const text = reference['reference'];
    return typeof text === 'string' ? resolveReference(text, this.scope) : undefined;
  }

  namedType(reference: Json): string | undefined {
    return namedType(reference);
  }

  /** Whether a value meets a profile, without saying why not. Who claims a profile is checked where it stands. */
  conforms(value: unknown, url: string): boolean {
    if (!isObject(value)) return false;
    const profile = this.registry.profile(url);
    const type = value['resourceType'];
    if (!profile) return typeof type === 'string' && url === R4_BASE + type;
    if (type !== undefined && type !== profile.type) return false;
    const { profile: claims } = isObject(value['meta']) ? value['meta'] : {};
    if (Array.isArray(claims) && claims.some((claim) => this.registry.profile(String(claim))?.lineage.has(url)))
      return true;
    const known = this.verdicts.get(value) ?? new Map<string, boolean>();
    this.verdicts.set(value, known);
    const verdict = known.get(url);
    if (verdict !== undefined) return verdict;
    known.set(url, true); // holds while it is looked into: references may go round
    const { place, resource } = this;
    this.place = new Place(profile.type);
    if (typeof type === 'string') this.resource = value;
    checkNode(itemOf(value, profile.type), profile.root, this);
    const met = !this.place.issues.some(({ severity }) => severity === 'error');
    known.set(url, met);
    this.place = place;
    this.resource = resource;
    return met;
  }

  private checkProfile(value: Json, type: string, url: unknown, claim: string | undefined): void {
    if (typeof url !== 'string') return;
    const profile = this.registry.profile(url);
    if (!profile) {
      if (withoutVersion(url) === R4_BASE + type) return;
      this.warnOfUnknown('names a profile that is not known here', claim);
      return;
    }
    if (profile.type !== type) {
      this.place.error('structure', 'profile-type', `names a profile of ${profile.type}`, claim);
      return;
    }
    for (const base of profile.missing) {
      this.warnOfUnknown(`names a profile whose base profile is not known here: ${base}`, claim);
    }
    checkNode(itemOf(value, profile.type), profile.root, this);
  }

  private warnOfUnknown(text: string, claim: string | undefined): void {
    const { lacking } = this.registry;
    const hint = lacking.length === 0 ? '' : ` (packages asked for and not given: ${lacking.join(', ')})`;
    this.place.report('warning', 'not-found', 'unresolvable-profile', text + hint, claim);
  }
}

const itemOf = (value: Json, type: string): Item => ({
  value,
  extra: undefined,
  key: '',
  index: null,
  slot: undefined,
  parent: value,
  parentShape: null,
  shape: shapeOf(type),
});
