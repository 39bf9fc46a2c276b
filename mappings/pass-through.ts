/**
 * A FHIR message that already says it in FHIR: entries are copied, known by business identifiers, linked to each
 * other and marked with what they are. Nothing is dropped but what belongs to the sender's server alone, and that is
 * listed by `unused`. Used by every mapping from FHIR.
 */
import type { Bundle, BundleEntry, FhirResource } from 'fhir/r4.js';
import type { Issue } from '../profiles/issue.ts';
import { fullUrlOf, type BusinessId } from './identity.ts';
import type { DraftEntry, Mapped, MappingContext, MappingRefused, Unused, Warning } from './mapping.ts';
import type { FhirSource } from './fhir-source.ts';
import { draftEntry } from './pass-through/entry.ts';
import { byIdentifier, identify } from './pass-through/identify.ts';
import { References } from './pass-through/references.ts';
import type { Completion, PlacedEntry } from './pass-through/placed.ts';
import { separate } from './pass-through/separate.ts';
import { leftBehind } from './pass-through/left-behind.ts';

export type { Completion, PlacedEntry } from './pass-through/placed.ts';

export interface PassThroughOptions {
  readonly mapping: { readonly id: string; readonly version: string };
  /** `at` is the place of the resource: `$.entry[3].resource`. */
  readonly complete?: (resource: FhirResource, at: string, bundle: Bundle) => Completion;
  /** Another business identifier than the resource's own (it is added when the resource does not carry it). */
  readonly identify?: (resource: FhirResource, at: string) => BusinessId | undefined;
  /** A reason leaves the entry out; the reason is listed by `unused`. MessageHeader is always left out. */
  readonly leaveOut?: (resource: FhirResource, at: string) => string | undefined;
}

export interface PassedThrough extends Mapped {
  /** The entries in order, for a mapping that adds to them or refers to them. */
  readonly placed: readonly PlacedEntry[];
}

const KINDS: ReadonlySet<string> = new Set(['transaction', 'batch', 'collection', 'message', 'document']);

const refuse = (code: Issue['code'], expression: string, rule: string, text: string): Issue => ({
  severity: 'error',
  code,
  expression,
  rule,
  text,
});

/** Passes a FHIR message through. Refused: a Bundle of another kind, deletions and reads, one fullUrl for two entries. */
export function passThrough(
  source: FhirSource,
  context: MappingContext,
  options: PassThroughOptions,
): PassedThrough | MappingRefused {
  const { bundle } = source;
  const issues = faults(bundle);
  if (issues.length > 0) return { ok: false, issues };

  const leftOut: Unused[] = [];
  const found: Omit<PlacedEntry, 'fullUrl'>[] = [];
  (bundle.entry ?? []).forEach((entry, index) => {
    const resource = entry.resource as FhirResource | undefined;
    if (resource === undefined) return;
    const at = `$.entry[${index}].resource`;
    const reason =
      resource.resourceType === 'MessageHeader'
        ? 'envelope of the message; its id is in meta.source'
        : options.leaveOut?.(resource, at);
    if (reason !== undefined) {
      leftOut.push({ source: at, reason });
      return;
    }
    const asked = options.identify?.(resource, at);
    const identity = asked
      ? byIdentifier(resource.resourceType, asked, 'identifier')
      : identify(entry, resource, `entry[${index}]`, source.controlId, context.source);
    found.push({ index, at, resource, identity });
  });
  const separated = separate(found, context.source);
  if (!separated.ok) return separated;
  const placed = separated.kept.map((one) => ({
    ...one,
    fullUrl: fullUrlOf(one.resource.resourceType, one.identity.id),
  }));

  const newFullUrl = new Map(placed.map(({ index, fullUrl }) => [index, fullUrl]));
  const references = new References(
    bundle,
    (index) => newFullUrl.get(separated.sameAs.get(index) ?? index),
    context.source,
  );
  const warnings: Warning[] = [];
  const found_: Issue[] = [];
  const withdrawn: Unused[] = [];
  const entries = placed.map((one): DraftEntry => {
    const completion = options.complete?.(one.resource, one.at, bundle) ?? {};
    warnings.push(...(completion.warnings ?? []));
    found_.push(...(completion.issues ?? []));
    withdrawn.push(...claimsWithdrawn(one, completion));
    const rewrite = (value: unknown): unknown => references.rewrite(value, entryAt(bundle, one.index));
    return draftEntry(one, completion, rewrite, context.source, source.controlId);
  });
  if (found_.length > 0) return { ok: false, issues: found_ };
  const unused = (): Unused[] => [
    ...leftOut,
    ...withdrawn,
    ...leftBehind(bundle, placed, separated.sameAs, references),
  ];
  return { ok: true, mapping: options.mapping, entries, warnings, unused, placed };
}

const claimsWithdrawn = ({ resource, at }: Pick<PlacedEntry, 'resource' | 'at'>, completion: Completion): Unused[] =>
  (resource.meta?.profile ?? []).flatMap((canonical, index) =>
    (completion.withdrawn ?? []).includes(canonical.split('|')[0] ?? canonical)
      ? [{ source: `${at}.meta.profile[${index}]`, reason: 'a claim that the output does not make' }]
      : [],
  );

const entryAt = (bundle: Bundle, index: number): BundleEntry => bundle.entry?.[index] ?? {};

function faults(bundle: Bundle): Issue[] {
  if (!KINDS.has(bundle.type)) {
    return [refuse('not-supported', 'Bundle.type', 'bundle-type', `a ${bundle.type} Bundle is no message`)];
  }
  const issues: Issue[] = [];
  const seen = new Set<string>();
  (bundle.entry ?? []).forEach(({ resource, request, fullUrl }, index) => {
    const at = `Bundle.entry[${index}]`;
    if (request !== undefined && ['DELETE', 'GET', 'HEAD', 'PATCH'].includes(request.method)) {
      const text = `${request.method} is not carried to the receiver; withdraw a resource by its status`;
      issues.push(refuse('not-supported', `${at}.request.method`, 'bundle-request', text));
    } else if (resource === undefined) {
      issues.push(refuse('required', `${at}.resource`, 'bundle-entry', 'the entry holds no resource'));
    }
    if (fullUrl === undefined) return;
    if (seen.has(fullUrl)) issues.push(refuse('duplicate', `${at}.fullUrl`, 'bdl-7', 'two entries share this fullUrl'));
    seen.add(fullUrl);
  });
  return issues;
}
