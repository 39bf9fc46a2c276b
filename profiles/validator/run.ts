import type { Place } from '../structure/place.ts';
import type { Scope } from '../structure/reference.ts';
import type { Grounds } from './discriminator.ts';
import type { Invariants } from './invariant.ts';
import type { Json } from './item.ts';

/** One validation at work: where it stands, which resource it is in, and what it may ask. */
export interface Run extends Grounds {
  readonly place: Place;
  readonly invariants: Invariants;
  /** The whole input: `%rootResource`. */
  readonly root: Json;
  /** The innermost resource: `%resource`. */
  readonly resource: Json;
  readonly scope: Scope;
}
