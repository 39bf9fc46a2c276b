/**
 * BSNs outside Patient.identifier: in references by identifier, in RelatedPerson. A message is linked to a patient by
 * any of them, so they pass the elfproef like the patient's own (rule wk-bsn-1 of wk-Patient).
 */
import { passesElfproef } from '../bsn.ts';
import { SYSTEM } from '../canonical.ts';

const BSN_SYSTEMS: readonly unknown[] = [SYSTEM.bsn, 'urn:oid:2.16.840.1.113883.2.4.6.3'];

/** Paths of the values that fail, from `root`. */
export function failingBsns(node: unknown, root: string): string[] {
  const found: string[] = [];
  visit(node, root, found);
  return found;
}

function visit(node: unknown, path: string, found: string[]): void {
  if (Array.isArray(node)) {
    node.forEach((item, index) => {
      visit(item, `${path}[${index}]`, found);
    });
  } else if (typeof node === 'object' && node !== null) {
    const { system, value } = node as { readonly system?: unknown; readonly value?: unknown };
    if (typeof value === 'string' && BSN_SYSTEMS.includes(system) && !passesElfproef(value))
      found.push(`${path}.value`);
    for (const key in node) {
      const child = (node as Readonly<Record<string, unknown>>)[key];
      // FHIRPath knows a choice by its name without the type.
      if (typeof child === 'object') visit(child, `${path}.${key === 'valueIdentifier' ? 'value' : key}`, found);
    }
  }
}
