/** PRD to nl-core-HealthProfessional: a Practitioner in the role of a profession. */
import type { CodeableConcept, Identifier, Practitioner, PractitionerRole } from 'fhir/r4.js';
import { nlCore, SYSTEM, WK_CODES } from '../../profiles/canonical.ts';
import { identifierOf, referTo } from '../bundle.ts';
import { constant, Leaf, type Draft } from '../draft.ts';
import { derivedId, type BusinessId } from '../identity.ts';
import type { ReferralFields } from '../mapping.ts';
import { codesOf, type ReadCode } from '../hl7v2/datatypes/cwe.ts';
import { address } from '../hl7v2/datatypes/xad.ts';
import { registerSystem } from '../hl7v2/datatypes/xcn.ts';
import { nameFrom } from '../hl7v2/datatypes/xpn.ts';
import { contactPoint } from '../hl7v2/datatypes/xtn.ts';
import { leafAt, type Reading } from '../hl7v2/leaf.ts';
import type { Repetition } from '../hl7v2/message.ts';
import { keyText, type AboutPatient } from '../hl7v2/segments/about-patient.ts';
import { organizationEntry } from '../hl7v2/segments/organization.ts';
import { carryRemainders } from '../hl7v2/segments/remainder.ts';
import { markField } from '../lab-oru/fields.ts';
import { untranslatedCode } from '../untranslated.ts';
import type { Provider } from './groups.ts';

const RULE = 'prd.provider';

/** RESP, SPRF, CON, ATND: in the care team; RP refers, RT is referred to, PP is the huisarts (HL7 table 0286). */
export type ProviderRole = 'RESP' | 'SPRF' | 'CON' | 'ATND' | 'RP' | 'RT' | 'PP';
const ROLES: ReadonlySet<string> = new Set(['RESP', 'SPRF', 'CON', 'ATND', 'RP', 'RT', 'PP']);
const isRole = (code: string): code is ProviderRole => ROLES.has(code);

export interface ReadProvider extends Provider {
  readonly roles: readonly { readonly role: ProviderRole; readonly code: ReadCode }[];
  /** What PRD-1 says beside the roles: the profession as uzi-rolcode, a code of ours beside it. */
  readonly professions: readonly ReadCode[];
  /** What PRD-1 says beside team roles and professions: referring, referred to, consulting. */
  readonly others: readonly ReadCode[];
}

const IN_TEAM: ReadonlySet<string> = new Set(['RESP', 'SPRF', 'CON', 'ATND']);

export const withRole = (providers: readonly ReadProvider[], wanted: ProviderRole): ReadProvider[] =>
  providers.filter(({ roles }) => roles.some(({ role }) => role === wanted));

/** PRD-1: roles and professions, told apart by their coding system. */
export function readProvider(provider: Provider, reading: Reading, own: ReferralFields['roles'] = {}): ReadProvider {
  const codes = provider.prd.reps(1).flatMap((repetition) => codesOf(repetition, `${RULE}.role`, reading, '0286'));
  const roles = codes.flatMap((code) => {
    const role = Object.hasOwn(own, code.code) ? own[code.code] : code.code;
    return role !== undefined && isRole(role) ? [{ role, code }] : [];
  });
  const isProfession = (one: ReadCode): boolean =>
    (one.system === SYSTEM.uziRole || one.system === WK_CODES) && !roles.some(({ code }) => code === one);
  const others = codes.filter(
    (one) => !isProfession(one) && !roles.some(({ role, code }) => code === one && IN_TEAM.has(role)),
  );
  return { ...provider, roles, professions: codes.filter(isProfession), others };
}

/**
 * Adds the person; returns the fullUrl of the PractitionerRole. With a register number the same person in the same
 * profession is the same entry in every message; a name alone stays bound to this referral.
 * @param organization where PRD-10 names none
 */
export function providerEntry(
  about: AboutPatient,
  provider: ReadProvider,
  request: BusinessId,
  organization?: string,
): string {
  const { bundle, reading } = about;
  const { prd, contacts, professions } = provider;
  const numbers = prd.reps(7).flatMap((repetition) => providerNumber(repetition, reading) ?? []);
  const [number] = numbers;
  const codes = professions.map(({ code }) => code).join(' ');
  const phone = prd.at(5).text.trim();
  const id =
    number === undefined
      ? derivedId(reading.source, keyText(request), `PRD ${prd.ordinal}`)
      : derivedId(reading.source, 'PractitionerRole', [keyText(number.id), codes, phone].join(' '));
  return bundle.add<PractitionerRole>('PractitionerRole', id, () => {
    const practitioner = number?.id ?? derivedId(reading.source, keyText(request), `PRD ${prd.ordinal} person`);
    const isKnown = bundle.has('Practitioner', practitioner);
    const person = bundle.add<Practitioner>('Practitioner', practitioner, () => ({
      meta: { profile: [constant(nlCore('HealthProfessional-Practitioner'), RULE)] },
      identifier: number === undefined ? [identifierOf(practitioner)] : numbers.map(({ identifier }) => identifier),
      name: [nameFrom(prd.rep(2), 1, `${RULE}.name`)],
      address: prd.reps(3).map((repetition) => address(repetition, `${RULE}.address`, reading)),
    }));
    if (isKnown) markField(prd, 7, 'the same professional, by number, is in the Bundle already');
    const where = organizationEntry(bundle, prd.rep(10), `${RULE}.organization`, reading) ?? organization;
    const draft = {
      meta: { profile: [constant(nlCore('HealthProfessional-PractitionerRole'), RULE)] },
      identifier: [identifierOf(id)],
      practitioner: referTo(person, 'Practitioner', RULE),
      organization: where === undefined ? undefined : referTo(where, 'Organization', RULE),
      code: provider.others.map(({ coding }) => ({ coding: [coding] })),
      specialty: [specialtyOf(provider, reading)],
      telecom: prd.reps(5).map((repetition) => contactPoint(repetition, `${RULE}.telecom`, reading, 'work')),
    };
    return { ...draft, extension: carryRemainders([prd, ...contacts], 'prd.remainder') };
  });
}

/** nl-core takes one specialty of uzi-rolcode; a code of ours makes it more precise (internist ouderengeneeskunde). */
function specialtyOf(
  { professions, prd, roles, others }: ReadProvider,
  reading: Reading,
): Draft<CodeableConcept> | undefined {
  if (professions.some(({ system }) => system === SYSTEM.uziRole)) {
    return { coding: professions.map(({ coding }) => coding) };
  }
  if (roles.some(({ role }) => role === 'RESP' || role === 'SPRF')) {
    const text = 'The provider has no profession as uzi-rolcode (coding system UZI).';
    const coding = untranslatedCode(others);
    reading.warnings.push({ code: 'untranslated-code', location: prd.rep(1).path(), text, ...coding });
  }
  return undefined;
}

interface ProviderNumber {
  readonly id: BusinessId;
  readonly identifier: Draft<Identifier>;
}

/** PLN: the number and, as its type, the register (AGB, BIG, UZI), else a number of the sender's own. */
function providerNumber(repetition: Repetition, reading: Reading): ProviderNumber | undefined {
  const cell = repetition.cell(1);
  const value = cell.text.trim();
  const type = repetition.cell(2);
  if (value === '' || type.text.trim() === 'WK') return undefined;
  const none = repetition.cell(99);
  const system = registerSystem({ namespace: type, universalId: none, universalIdType: none }, 'practitioner', reading);
  const by = type.filled ? type : cell;
  return {
    id: { system, value },
    identifier: { system: new Leaf(system, by, RULE), value: leafAt(cell, value, RULE) },
  };
}
