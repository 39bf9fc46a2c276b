/** What only a region can say of a transfer: which wijkkliniek, which tier it admits, which professions it allows. */
import type { Bundle, CareTeam, FhirResource, Organization, PractitionerRole, ServiceRequest, Task } from 'fhir/r4.js';
import type { RegionFacts, WijkkliniekFacts } from '../../mappings/mapping.ts';
import { SYSTEM, WK_BASE, WK_CODES } from '../../profiles/canonical.ts';
import type { Issue } from '../../profiles/issue.ts';
import { professionsOf } from '../../profiles/professions.ts';

/** Identifier system under which a transfer names the wijkkliniek it is meant for. */
export const WIJKKLINIEK_SYSTEM = `${WK_BASE}/NamingSystem/wijkkliniek`;

interface Placed<T> {
  readonly at: string;
  readonly resource: T;
  readonly fullUrl: string | undefined;
}

function ofType<T extends FhirResource>(bundle: Bundle<FhirResource>, type: T['resourceType']): Placed<T>[] {
  return (bundle.entry ?? []).flatMap(({ resource, fullUrl }, index) =>
    resource?.resourceType === type
      ? [{ at: `Bundle.entry[${index}].resource`, resource: resource as T, fullUrl }]
      : [],
  );
}

const transferOf = (bundle: Bundle<FhirResource>): Placed<ServiceRequest> | undefined =>
  ofType<ServiceRequest>(bundle, 'ServiceRequest').find(({ resource }) =>
    resource.code?.coding?.some(({ system, code }) => system === SYSTEM.snomed && code === '308292007'),
  );

/** The wijkkliniek a transfer is meant for: as named, else the region's own when there is one. */
export function wijkkliniekOf(
  bundle: Bundle<FhirResource>,
  region: RegionFacts,
): WijkkliniekFacts | { readonly fault: Issue } {
  const request = transferOf(bundle);
  const places = [
    ...(request?.resource.performer ?? []).map((reference, index) => ({ reference, at: `performer[${index}]` })),
    ...(request?.resource.locationReference ?? []).map((reference, index) => ({
      reference,
      at: `locationReference[${index}]`,
    })),
  ];
  const named = places.find(({ reference }) => reference.identifier?.system === WIJKKLINIEK_SYSTEM);
  const [own, ...others] = region.wijkklinieken;
  const at = request?.at ?? 'Bundle';
  if (named === undefined) {
    if (own !== undefined && others.length === 0) return own;
    return { fault: fault('required', at, 'name the wijkkliniek: this region has more than one', 'wk-admission-to') };
  }
  const found = region.wijkklinieken.find(({ id }) => id === named.reference.identifier?.value);
  if (found !== undefined) return found;
  const where = `${at}.${named.at}.identifier.value`;
  return { fault: fault('code-invalid', where, 'no wijkkliniek of that name in this region', 'wk-admission-to') };
}

export function checkAdmission(bundle: Bundle<FhirResource>, region: RegionFacts): Issue[] {
  const wijkkliniek = wijkkliniekOf(bundle, region);
  if ('fault' in wijkkliniek) return [wijkkliniek.fault];
  return [
    ...ownerFaults(bundle, wijkkliniek, region),
    ...tierFaults(bundle, wijkkliniek),
    ...roleFaults(bundle, wijkkliniek),
  ];
}

/** A Task addressed by URA to another organisation than the one that runs this wijkkliniek was not meant for it. */
function ownerFaults(bundle: Bundle<FhirResource>, { id, party }: WijkkliniekFacts, region: RegionFacts): Issue[] {
  const host = region.parties.find((one) => one.id === party);
  if (host?.ura === undefined) return [];
  const organisations = ofType<Organization>(bundle, 'Organization');
  return ofType<Task>(bundle, 'Task').flatMap(({ at, resource: { owner } }) => {
    const entry = organisations.find(({ fullUrl }) => fullUrl !== undefined && fullUrl === owner?.reference);
    const uras = [owner?.identifier, ...(entry?.resource.identifier ?? [])].flatMap((identifier) =>
      identifier?.system === SYSTEM.ura && identifier.value !== undefined ? [identifier.value.padStart(8, '0')] : [],
    );
    if (uras.length === 0 || uras.includes(host.ura ?? '')) return [];
    return [fault('code-invalid', `${at}.owner`, `this is not the organisation that runs ${id}`, 'wk-admission-to')];
  });
}

function tierFaults(bundle: Bundle<FhirResource>, wijkkliniek: WijkkliniekFacts): Issue[] {
  const request = transferOf(bundle);
  const codings = [
    ...(request?.resource.orderDetail ?? []).flatMap((detail, index) =>
      (detail.coding ?? []).map((coding, at) => ({
        coding,
        at: `${request?.at ?? ''}.orderDetail[${index}].coding[${at}].code`,
      })),
    ),
    ...(bundle.entry ?? []).flatMap(({ resource }, index) =>
      resource?.resourceType === 'Observation'
        ? (resource.valueCodeableConcept?.coding ?? []).map((coding, at) => ({
            coding,
            at: `Bundle.entry[${index}].resource.valueCodeableConcept.coding[${at}].code`,
          }))
        : [],
    ),
  ];
  const refused = codings.find(
    ({ coding }) =>
      coding.system === WK_CODES &&
      (coding.code === 'wijkkliniek-light' || coding.code === 'wijkkliniek-complex') &&
      !wijkkliniek.admits.includes(coding.code),
  );
  if (refused === undefined) return [];
  const text = `${wijkkliniek.id} admits ${wijkkliniek.admits.join(', ')} only`;
  return [fault('business-rule', refused.at, text, 'wk-admission-tier')];
}

const ROLES = { RESP: 'regiebehandelaar', SPRF: 'medebehandelaar' } as const;

function roleFaults(bundle: Bundle<FhirResource>, wijkkliniek: WijkkliniekFacts): Issue[] {
  const roles = ofType<PractitionerRole>(bundle, 'PractitionerRole');
  return ofType<CareTeam>(bundle, 'CareTeam').flatMap(({ at, resource }) =>
    (resource.participant ?? []).flatMap((participant, index) => {
      const code = participant.role
        ?.flatMap(({ coding }) => coding ?? [])
        .find(({ system, code }) => system === SYSTEM.participation && (code === 'RESP' || code === 'SPRF'))?.code;
      if (code !== 'RESP' && code !== 'SPRF') return [];
      const member = memberOf(participant.member?.reference, { at, resource }, roles);
      const codings = [...(member?.resource.specialty ?? []), ...(member?.resource.code ?? [])].flatMap(
        ({ coding }) => coding ?? [],
      );
      const allowed: readonly string[] = wijkkliniek[ROLES[code]];
      if (professionsOf(codings).some((profession) => allowed.includes(profession))) return [];
      const text = `a ${ROLES[code]} of ${wijkkliniek.id} is one of: ${allowed.join(', ')}`;
      return [
        fault(
          'business-rule',
          `${member?.at ?? `${at}.participant[${index}]`}${member === undefined ? '.member' : '.specialty'}`,
          text,
          'wk-admission-role',
        ),
      ];
    }),
  );
}

/** The PractitionerRole a CareTeam names: an entry of the Bundle, or contained in the CareTeam. */
function memberOf(
  reference: string | undefined,
  team: { readonly at: string; readonly resource: CareTeam },
  roles: readonly Placed<PractitionerRole>[],
): Pick<Placed<PractitionerRole>, 'at' | 'resource'> | undefined {
  if (reference?.startsWith('#') !== true)
    return roles.find(({ fullUrl }) => fullUrl !== undefined && fullUrl === reference);
  const index = (team.resource.contained ?? []).findIndex(({ id }) => `#${id ?? ''}` === reference);
  const contained = team.resource.contained?.[index];
  return contained?.resourceType === 'PractitionerRole'
    ? { at: `${team.at}.contained[${index}]`, resource: contained as PractitionerRole }
    : undefined;
}

const fault = (code: Issue['code'], expression: string, text: string, rule: string): Issue => ({
  severity: 'error',
  code,
  expression,
  text,
  rule,
});
