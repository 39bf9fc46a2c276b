/** Ways to change a transfer, and what the rules then find. */
import type { CareTeam, FhirResource, Observation, ServiceRequest } from 'fhir/r4.js';
import { SYSTEM, WK_CODES } from '../../../profiles/canonical.ts';
import { checkRules } from '../../../profiles/rules.ts';
import { AT, transferBundle } from './transfer-bundle.ts';

/** What a test makes of the resources of a complete transfer. */
export type Change = (resources: FhirResource[]) => void;
type Type = FhirResource['resourceType'];
const isA = <T extends Type>(
  type: T,
  resource: FhirResource | undefined,
): resource is Extract<FhirResource, { resourceType: T }> => resource?.resourceType === type;
export const at =
  <T extends Type>(type: T, index: number, change: (it: Extract<FhirResource, { resourceType: T }>) => void): Change =>
  (resources) => {
    const resource = resources[index];
    if (!isA(type, resource)) throw new Error(`entry ${index} is no ${type}`);
    change(resource);
  };
export const request = (change: (resource: ServiceRequest) => void) => at('ServiceRequest', AT.request, change);
export const triage = (change: (resource: Observation) => void) => at('Observation', AT.triage, change);
export const team = (change: (resource: CareTeam) => void) => at('CareTeam', AT.team, change);
/** Takes a resource out while the others keep their place and fullUrl. */
export const without =
  (index: number): Change =>
  (resources) => {
    resources[index] = { resourceType: 'Basic', code: { text: 'taken out' } };
  };
export const all =
  (...changes: Change[]): Change =>
  (resources) => {
    for (const change of changes) change(resources);
  };
export const tier = (...codes: string[]) => codes.map((code) => ({ coding: [{ system: WK_CODES, code }] }));
export const participation = (code: string) => [{ coding: [{ system: SYSTEM.participation, code }] }];

export const found = (change: Change): string[] =>
  checkRules(transferBundle(change)).map(({ rule, expression }) => `${rule} at ${expression}`);
