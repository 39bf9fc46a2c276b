/**
 * The professions a region file names, and the codes by which a PractitionerRole or a PRD segment says them: uzi-rolcode
 * (CIBG), and where that is too coarse a code of `/CodeSystem/wk` beside it. One table for rules, regions and mappings.
 */
import { SYSTEM, WK_CODES } from './canonical.ts';

export interface ProfessionCodes {
  /** uzi-rolcode values, any of which says this profession; the first is the one a mapping writes. */
  readonly uzi: readonly string[];
  /** Code of `/CodeSystem/wk` that must stand beside it; absent when the uzi-rolcode says enough. */
  readonly wk?: string;
}

/** 30.076 comes first: since 2021 it is the one register for every somatic verpleegkundig specialist. */
export const PROFESSION = {
  'verpleegkundig-specialist': { uzi: ['30.076', '30.065', '30.066', '30.067', '30.068'] },
  'physician-assistant': { uzi: ['81.000'] },
  'specialist-ouderengeneeskunde': { uzi: ['01.047'] },
  huisarts: { uzi: ['01.015'] },
  'klinisch-geriater': { uzi: ['01.022'] },
  'internist-ouderengeneeskunde': { uzi: ['01.016'], wk: 'internist-ouderengeneeskunde' },
  internist: { uzi: ['01.016'] },
  longarts: { uzi: ['01.023'] },
  cardioloog: { uzi: ['01.010'] },
  'seh-arts': { uzi: ['01.071'] },
} as const satisfies Readonly<Record<string, ProfessionCodes>>;

export type Profession = keyof typeof PROFESSION;

export const PROFESSIONS = Object.keys(PROFESSION) as readonly Profession[];

/** What is needed of a Coding; the uzi-rolcode may also be named by its OID. */
export interface CodingLike {
  readonly system?: string | undefined;
  readonly code?: string | undefined;
}

const UZI_SYSTEMS: readonly (string | undefined)[] = [SYSTEM.uziRole, 'urn:oid:2.16.840.1.113883.2.4.15.111'];

/**
 * Every profession said by the codings of one member (PractitionerRole.specialty and .code together), most specific
 * first: an internist ouderengeneeskunde is an internist too. Empty when no coding is one of the table's.
 */
export function professionsOf(codings: readonly CodingLike[]): Profession[] {
  const uzi = new Set(codings.filter(({ system }) => UZI_SYSTEMS.includes(system)).map(({ code }) => code));
  const wk = new Set(codings.filter(({ system }) => system === WK_CODES).map(({ code }) => code));
  return PROFESSIONS.filter((name) => {
    const codes: ProfessionCodes = PROFESSION[name];
    return codes.uzi.some((code) => uzi.has(code)) && (codes.wk === undefined || wk.has(codes.wk));
  });
}

/** The codings a mapping writes for a profession. */
export function codingsOf(profession: Profession): { readonly system: string; readonly code: string }[] {
  const codes: ProfessionCodes = PROFESSION[profession];
  const uzi = codes.uzi.slice(0, 1).map((code) => ({ system: SYSTEM.uziRole, code }));
  return codes.wk === undefined ? uzi : [...uzi, { system: WK_CODES, code: codes.wk }];
}

export const isProfession = (name: string): name is Profession => Object.hasOwn(PROFESSION, name);
