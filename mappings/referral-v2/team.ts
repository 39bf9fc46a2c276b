/** Who will treat: wk-CareTeam of the providers with a role in it (nl-core-CareTeam takes one professional only). */
import type { CareTeam, CareTeamParticipant } from 'fhir/r4.js';
import { SYSTEM, wkProfile } from '../../profiles/canonical.ts';
import { identifierOf, referTo } from '../bundle.ts';
import { constant, Copied, type Draft } from '../draft.ts';
import { derivedId, type BusinessId } from '../identity.ts';
import { periodOf } from '../hl7v2/datatypes/ts.ts';
import type { ReadCode } from '../hl7v2/datatypes/cwe.ts';
import { leafAt, toldWith } from '../hl7v2/leaf.ts';
import { keyText, type AboutPatient } from '../hl7v2/segments/about-patient.ts';
import { providerEntry, type ReadProvider } from './provider.ts';

const RULE = 'referral.team';
const WORDS = {
  RESP: 'Responsible Party',
  SPRF: 'Secondary Performer',
  CON: 'Consultant',
  ATND: 'Attender',
} as const;
const inTeam = (role: string): role is keyof typeof WORDS => Object.hasOwn(WORDS, role);

/** Undefined when nobody has a role: a CareTeam without members says nothing. */
export function careTeamEntry(
  about: AboutPatient,
  request: BusinessId,
  providers: readonly ReadProvider[],
): string | undefined {
  const members = providers.filter(({ roles }) => roles.some(({ role }) => inTeam(role)));
  if (members.length === 0) return undefined;
  const id = derivedId(about.reading.source, keyText(request), 'CareTeam');
  return about.bundle.add<CareTeam>('CareTeam', id, () => ({
    meta: { profile: [constant(wkProfile('CareTeam'), RULE)] },
    identifier: [identifierOf(id)],
    status: constant('active', RULE),
    subject: about.patient,
    encounter: about.encounter,
    participant: members.map((member) => participantOf(about, request, member)),
  }));
}

/** PRD-8 and PRD-9: from when to when the provider has this role. */
function participantOf(about: AboutPatient, request: BusinessId, member: ReadProvider): Draft<CareTeamParticipant> {
  const period = periodOf(member.prd.at(8), member.prd.at(9), RULE, about.reading);
  return {
    role: member.roles.flatMap(({ role, code }) => {
      if (!inTeam(role)) return [];
      const said = code.coding instanceof Copied ? undefined : code.coding.display;
      const standard = {
        system: constant(SYSTEM.participation, RULE),
        code: leafAt(code.cell, role, RULE),
        display: constant(WORDS[role], RULE),
      };
      if (code.code === role) markSystem(code);
      return [{ coding: code.code === role ? [standard] : [standard, code.coding], text: said }];
    }),
    member: referTo(providerEntry(about, member, request), 'PractitionerRole', RULE),
    period,
  };
}

/** The coding system of a role that is its standard code: the standard system says it. */
function markSystem({ cell }: ReadCode): void {
  const system = cell.segment.rep(cell.field, cell.repetition).cell(cell.component + 2);
  if (system.filled) cell.segment.markUsed(system, toldWith(cell));
}
