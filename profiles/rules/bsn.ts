/**
 * BSNs outside Patient.identifier: in references by identifier, in RelatedPerson. A message is linked to a patient by
 * any of them, so they pass the elfproef like the patient's own (rule wk-bsn-1 of wk-Patient).
 */
import type { Patient } from 'fhir/r4.js';
import { passesElfproef } from '../bsn.ts';
import { SYSTEM } from '../canonical.ts';

const BSN_SYSTEMS: readonly unknown[] = [SYSTEM.bsn, 'urn:oid:2.16.840.1.113883.2.4.6.3'];

/** Paths of the values that fail, from `root`. */
export function failingBsns(node: unknown, root: string): string[] {
  const found: string[] = [];
  if (anyFails(node)) visit(node, root, found);
  return found;
}

/**
 * True when a Patient certainly meets wk-bsn-1 and wk-bsn-2. Those are written in FHIRPath, which costs as much as all of
 * base R4; it is asked only where this cannot tell, and to find the words and the place.
 */
export function hasSoundBsn({ identifier }: Patient): boolean {
  const numbers = (identifier ?? []).filter(({ system, value }) => BSN_SYSTEMS.includes(system) && value !== undefined);
  return (
    numbers.every(({ value = '' }) => /^\d{8,9}$/.test(value) && passesElfproef(value)) &&
    numbers.filter(({ use }) => use !== 'old').length <= 1
  );
}

const isFailingBsn = ({ system, value }: { readonly system?: unknown; readonly value?: unknown }): boolean =>
  typeof value === 'string' && BSN_SYSTEMS.includes(system) && !passesElfproef(value);

/** The same walk without the paths: nearly every resource has none to name. */
function anyFails(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if (Array.isArray(node)) return node.some(anyFails);
  if (isFailingBsn(node)) return true;
  for (const key in node) {
    const child = (node as Readonly<Record<string, unknown>>)[key];
    if (typeof child === 'object' && anyFails(child)) return true;
  }
  return false;
}

function visit(node: unknown, path: string, found: string[]): void {
  if (Array.isArray(node)) {
    node.forEach((item, index) => {
      visit(item, `${path}[${index}]`, found);
    });
  } else if (typeof node === 'object' && node !== null) {
    if (isFailingBsn(node)) found.push(`${path}.value`);
    for (const key in node) {
      const child = (node as Readonly<Record<string, unknown>>)[key];
      // FHIRPath knows a choice by its name without the type.
      if (typeof child === 'object') visit(child, `${path}.${key === 'valueIdentifier' ? 'value' : key}`, found);
    }
  }
}
