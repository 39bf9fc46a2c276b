/** Keeps apart what would otherwise become one: two resources of a message that go by the same business identifier. */
import type { CodeableConcept, FhirResource } from 'fhir/r4.js';
import { derivedId } from '../identity.ts';
import type { MappingRefused, SourceSettings } from '../mapping.ts';
import { byIdentifier, type Identity } from './identify.ts';
import { omit } from './omit.ts';
import { sameJson } from './same-json.ts';

interface Found {
  readonly index: number;
  readonly at: string;
  readonly resource: FhirResource;
  readonly identity: Identity;
}

interface Separated<T> {
  readonly ok: true;
  readonly kept: readonly T[];
  /** Entry that said the same again → entry that stands for it. */
  readonly sameAs: ReadonlyMap<number, number>;
}

const said = (one: Found): unknown => omit(one.resource, 'id', 'meta');

/**
 * The same thing said twice is one. Different resources under one identifier (an order number on every result) are
 * known by that identifier and their code, which a correction repeats. Two different Patients under one are refused.
 */
export function separate<T extends Found>(found: readonly T[], source: SourceSettings): Separated<T> | MappingRefused {
  const groups = new Map<string, T[]>();
  const sameAs = new Map<number, number>();
  for (const one of found) {
    const group = groups.get(one.identity.url) ?? [];
    const twin = group.find((other) => sameJson(said(other), said(one)));
    if (twin) sameAs.set(one.index, twin.index);
    else groups.set(one.identity.url, [...group, one]);
  }
  const kept: T[] = [];
  for (const one of found) {
    if (sameAs.has(one.index)) continue;
    const group = groups.get(one.identity.url) ?? [];
    if (one.resource.resourceType === 'Patient' && group[0] !== one) {
      const expression = `Bundle.entry[${one.index}].resource.identifier`;
      const text = 'two Patients that differ go by one identifier';
      return { ok: false, issues: [{ severity: 'error', code: 'duplicate', expression, rule: 'patient-twice', text }] };
    }
    const alone = group.length === 1 || one.resource.resourceType === 'Patient';
    kept.push(alone ? one : { ...one, identity: apart(one, group, source) });
  }
  return { ok: true, kept, sameAs };
}

function apart(one: Found, group: readonly Found[], source: SourceSettings): Identity {
  const { id, carriedBy } = one.identity;
  if (carriedBy === 'tag') return one.identity;
  const nature = natureOf(one.resource);
  const before = group.filter((other) => other.index < one.index && natureOf(other.resource) === nature).length;
  const within = `${one.resource.resourceType}|${id.system}|${id.value}`;
  return byIdentifier(
    one.resource.resourceType,
    derivedId(source, within, before === 0 ? nature : `${nature}#${before + 1}`),
    'identifier',
  );
}

/** What kind of thing it is, in words that a later state of it repeats. */
function natureOf(resource: FhirResource): string {
  const { code } = resource as { code?: CodeableConcept };
  const coding = code?.coding?.find(({ code: value }) => value !== undefined);
  return coding ? `${coding.system ?? ''}|${coding.code ?? ''}` : (code?.text ?? '');
}
