import type { CodeSystem, ConceptMap, StructureDefinition, ValueSet } from 'fhir/r4.js';

export type ConformanceResource = StructureDefinition | ValueSet | CodeSystem | ConceptMap;

/** A FHIR package as the validator uses it: what defines something, by canonical without version. */
export interface FhirPackage {
  readonly id: string;
  readonly version: string;
  /** Package ids and the versions asked for, as package.json has them. */
  readonly dependencies: Readonly<Record<string, string>>;
  readonly resources: ReadonlyMap<string, ConformanceResource>;
}

/** A package made of resources at hand, such as the gateway's own wk profiles. */
export function packageOf(id: string, version: string, resources: readonly ConformanceResource[]): FhirPackage {
  const byCanonical = new Map<string, ConformanceResource>();
  for (const resource of resources) if (resource.url) byCanonical.set(resource.url, resource);
  return { id, version, dependencies: {}, resources: byCanonical };
}

const KINDS = new Set(['StructureDefinition', 'ValueSet', 'CodeSystem', 'ConceptMap']);

/** Whether a parsed file of a package is one of the resources kept. */
export function isConformanceResource(value: unknown): value is ConformanceResource & { url: string } {
  const { resourceType, url } = (value ?? {}) as { resourceType?: unknown; url?: unknown };
  return typeof resourceType === 'string' && KINDS.has(resourceType) && typeof url === 'string';
}

/** `http://…/x|1.0` → `http://…/x`. Versions are tolerated, never chosen by: a package holds one of each. */
export const withoutVersion = (canonical: string): string => canonical.split('|')[0] ?? '';
