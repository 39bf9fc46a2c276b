/** Those who treat the patient: PractitionerRole and Practitioner (nl-core-HealthProfessional), CareTeam (wk-CareTeam). */
import type { CareTeam, Organization, Practitioner, PractitionerRole } from 'fhir/r4.js';
import { nlCore, SYSTEM, wkProfile } from '../../profiles/canonical.ts';
import { codingsOf, isProfession } from '../../profiles/professions.ts';
import { identifierOf, referTo, type BundleDraft, type ResourceDraft } from '../bundle.ts';
import { constant, region, type Leaf } from '../draft.ts';
import { derivedId, type BusinessId } from '../identity.ts';
import type { MappingContext, SourceSettings, Warning } from '../mapping.ts';
import { telecomOf } from './patient.ts';
import type { Transfer } from './schema.ts';
import { coding, metaOf, ownId, said, type Told } from './told.ts';
import { untranslatedCode } from '../untranslated.ts';

interface Professional {
  readonly name: string;
  readonly profession?: string | undefined;
  readonly agb?: string | undefined;
  readonly uzi?: string | undefined;
  readonly phone?: string | undefined;
}

/** What it takes to add a professional before the rest of the transfer stands. */
export interface Telling {
  readonly transfer: Transfer;
  readonly context: MappingContext;
  readonly bundle: BundleDraft;
  readonly warnings: Warning[];
}

/** Adds the person at `path` in the role of their profession; returns the PractitionerRole's fullUrl. */
export function addProfessional(told: Telling, person: Professional, path: string, organization?: string): string {
  const { bundle, context, transfer } = told;
  const number = numberOf(told, person);
  // A person with a national number is the same in the next transfer; one with a name only is not known to be.
  const id =
    number === undefined
      ? derivedId(context.source, transfer.requestId, `PractitionerRole ${path}`)
      : derivedId(
          context.source,
          'PractitionerRole',
          [number.value, person.profession ?? '', person.phone ?? ''].join(' '),
        );
  return bundle.add<PractitionerRole>('PractitionerRole', id, () => ({
    meta: metaOf(nlCore('HealthProfessional-PractitionerRole')),
    identifier: [identifierOf(id)],
    practitioner: referTo(addPractitioner(told, person, path), 'Practitioner'),
    organization: organization === undefined ? undefined : referTo(organization, 'Organization'),
    specialty: [specialtyOf(told, person.profession, path)],
    telecom: telecomOf(person, path),
  }));
}

function specialtyOf({ warnings }: Telling, profession: string | undefined, path: string) {
  if (profession === undefined) return undefined;
  const at = `${path}.profession`;
  if (isProfession(profession)) {
    return {
      coding: codingsOf(profession).map(({ system, code }) => ({
        system: constant(system, 'profession'),
        code: said(code, at, 'profession'),
      })),
      text: said(profession, at, 'profession'),
    };
  }
  warnings.push({
    code: 'untranslated-code',
    location: at,
    text: 'this profession has no code here and travels as text',
    ...untranslatedCode([{ code: profession }]),
  });
  return { text: said(profession, at, 'profession') };
}

/** The number a person is known by; none where this transfer gives one number to two names. */
function numberOf({ transfer }: Telling, { uzi, agb, name }: Professional): BusinessId | undefined {
  const everyone: readonly (Professional | undefined)[] = [
    transfer.requester,
    transfer.patient.generalPractitioner,
    ...transfer.careTeam,
  ];
  const shared = everyone.some(
    (other) =>
      other !== undefined &&
      other.name !== name &&
      ((uzi !== undefined && other.uzi === uzi) || (agb !== undefined && other.agb === agb)),
  );
  if (shared) return undefined;
  if (uzi !== undefined) return { system: SYSTEM.uzi, value: uzi };
  return agb === undefined ? undefined : { system: SYSTEM.agb, value: agb };
}

function addPractitioner(told: Telling, person: Professional, path: string): string {
  const { bundle, context, transfer } = told;
  const number = numberOf(told, person);
  const id = number ?? derivedId(context.source, transfer.requestId, `Practitioner ${path}`);
  return bundle.add<Practitioner>('Practitioner', id, () => ({
    meta: metaOf(nlCore('HealthProfessional-Practitioner')),
    identifier: [
      number === undefined ? identifierOf(id) : undefined,
      numbered(SYSTEM.uzi, said(person.uzi, `${path}.uzi`, 'professional.uzi')),
      numbered(SYSTEM.agb, said(person.agb, `${path}.agb`, 'professional.agb')),
    ],
    // The name is one text: which part of it is a family name is not told, so not said.
    name: [
      { use: constant('official', 'professional.name'), text: said(person.name, `${path}.name`, 'professional.name') },
    ],
  }));
}

const numbered = (system: string, value: Leaf<string> | undefined) =>
  value === undefined ? undefined : { system: constant(system, 'professional.number'), value };

/** The organisation that sends, when the region names it. */
export function addSender(bundle: BundleDraft, { party, id: sourceId }: SourceSettings): string | undefined {
  if (party === null) return undefined;
  const id: BusinessId =
    party.ura !== undefined
      ? { system: SYSTEM.ura, value: party.ura }
      : party.agb !== undefined
        ? { system: SYSTEM.agb, value: party.agb }
        : derivedId({ id: sourceId, party, timezone: '', charset: '', codeSystems: {} }, 'Organization', party.id);
  const number = (system: string, value: string | undefined) =>
    value === undefined
      ? undefined
      : { system: constant(system, 'sender.number'), value: region(value, 'sender.number') };
  return bundle.add<Organization>('Organization', id, () => ({
    meta: metaOf(nlCore('HealthcareProvider-Organization')),
    identifier:
      party.ura === undefined && party.agb === undefined
        ? [identifierOf(id)]
        : [number(SYSTEM.ura, party.ura), number(SYSTEM.agb, party.agb)],
    name: region(party.name, 'sender.name'),
  }));
}

const ROLE: Record<Transfer['careTeam'][number]['role'], string> = {
  RESP: 'Responsible Party',
  SPRF: 'Secondary Performer',
  CON: 'Consultant',
  ATND: 'Attender',
};

/** nl-core-CareTeam allows one professional only; the team of a wijkkliniek is a wk-CareTeam. */
export function addCareTeam(told: Told): string {
  const id = ownId(told, 'CareTeam');
  return told.bundle.add<CareTeam>('CareTeam', id, (): ResourceDraft<CareTeam> => ({
    meta: metaOf(wkProfile('CareTeam')),
    identifier: [identifierOf(id)],
    status: constant('active', 'care-team.status'),
    subject: told.patient,
    encounter: told.encounter,
    participant: told.transfer.careTeam.map((member, index) => {
      const path = `$.careTeam[${index}]`;
      const role = coding(SYSTEM.participation, member.role, ROLE[member.role], 'care-team.role');
      return {
        role: [{ coding: [{ ...role, code: said(member.role, `${path}.role`, 'care-team.role') }] }],
        member: referTo(addProfessional(told, member, path), 'PractitionerRole'),
      };
    }),
  }));
}
