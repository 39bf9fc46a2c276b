/** The CapabilityStatement of a sandbox partner: what it really does. */
import type { CapabilityStatement } from 'fhir/r4.js';

export const capabilities = (partner: string, now: Date): CapabilityStatement => ({
  resourceType: 'CapabilityStatement',
  status: 'active',
  date: now.toISOString(),
  kind: 'instance',
  implementation: { description: `Sandbox partner ${partner}: remembers in memory, bounded, for synthetic data only` },
  fhirVersion: '4.0.1',
  format: ['json'],
  rest: [
    {
      mode: 'server',
      documentation:
        'Every R4 type: create (also conditional), update (also conditional on identifier), read, and search by ' +
        'identifier, _id, patient, subject and _count; for a type without identifier _tag takes its place.',
      interaction: [{ code: 'transaction' }],
    },
  ],
});
