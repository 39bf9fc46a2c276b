/** The shape every mapping has, and what it may know. Pure: no clock, no random, no I/O. */
import type { Resource } from 'fhir/r4.js';
import type { Issue } from '../profiles/issue.ts';
import type { Draft } from './draft.ts';
import type { OwnCodes } from './terminology/own-codes.ts';

/** What a nurse would miss, or what could not be translated: travels with the message, never refuses it. */
export interface Warning {
  readonly code: WarningCode;
  /** The place in the source's own words, or a FHIRPath when nothing in the source stands for it. */
  readonly location: string;
  readonly text: string;
  /** With `untranslated-code` and `untranslated-unit`: which code it is. Absent where only words were sent. */
  readonly coding?: UntranslatedCode;
}

/** A code no ConceptMap knows, with the sender's words for the code itself; never anything about a patient. */
export interface UntranslatedCode {
  /** URI of the code system; '' when the sender names none (unit texts). */
  readonly system: string;
  readonly code: string;
  readonly text: string | null;
}

export type WarningCode =
  | 'no-allergy-statement'
  | 'no-medication-statement'
  | 'no-treatment-directive'
  | 'no-recent-vital-signs'
  | 'no-contact-person'
  | 'no-stability-statement'
  | 'no-diagnostics-statement'
  | 'no-treatment-identifier'
  | 'no-discharge-destination'
  | 'stay-not-finished'
  | 'no-bsn'
  | 'parked'
  | 'untranslated-code'
  | 'untranslated-unit'
  | 'unreadable-number'
  | 'ambiguous-local-time'
  | 'unreadable-time'
  | 'unexpected-segment'
  | 'unverified-bsn';

/** What the region file says of the partner a message comes from; without a region the defaults below. */
export interface SourceSettings {
  readonly id: string;
  /** IANA zone of times that carry none. */
  readonly timezone: string;
  /** Character set where MSH-18 is empty, in HL7 words (`8859/1`, `UNICODE UTF-8`, `windows-1252`). */
  readonly charset: string;
  /** Local coding system names (`L`, `99LAB`) to the URI they stand for at this source. */
  readonly codeSystems: Readonly<Record<string, string>>;
  /** What its own codes are called in systems others know: the ConceptMaps of the region file. */
  readonly ownCodes?: OwnCodes;
  /** Organisation that sends: for identifiers without an assigner, and for `performer`/`requester`. */
  readonly party: { readonly id: string; readonly name: string; readonly ura?: string; readonly agb?: string } | null;
  /** Where this source puts what a referral by HL7 v2 needs beside the fields of the contract; absent: there only. */
  readonly referral?: ReferralFields;
}

/** A source's own fields of a REF^I12. What they do not name is read where the contract puts it. */
export interface ReferralFields {
  readonly tier?: {
    /** `RF1-4`, `ZTR-3.1`, or `OBX(TRIAGE)-5`: the value of the observation with that code in OBX-3.1. */
    readonly path: string;
    /** The source's code to a tier of `/CodeSystem/wk`; a code that is not here is refused. */
    readonly codes: Readonly<Record<string, string>>;
  };
  /** The source's codes in PRD-1.1 to `RESP`, `SPRF`, `CON`, `ATND`, `RP`, `RT` or `PP`. */
  readonly roles?: Readonly<Record<string, string>>;
}

export const ANY_SOURCE: SourceSettings = {
  id: 'local',
  timezone: 'Europe/Amsterdam',
  charset: 'UNICODE UTF-8',
  codeSystems: {},
  party: null,
};

/** What a mapping is told beside the message itself. */
export interface MappingContext {
  readonly source: SourceSettings;
  /** The wijkkliniek(s) and parties of the coalition; null for `map` without `--region`. */
  readonly region: RegionFacts | null;
  /** Id under which the gateway will host the Task of a transfer; absent for `map` (a uuid v5 takes its place). */
  readonly taskId?: string;
  /** When the gateway received the message (instant); given, the output ends with a Provenance. */
  readonly receivedAt?: string;
}

export interface RegionFacts {
  readonly id: string;
  readonly parties: readonly PartyFacts[];
  readonly wijkklinieken: readonly WijkkliniekFacts[];
}

export interface PartyFacts {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly ura?: string;
  readonly agb?: string;
}

export interface WijkkliniekFacts {
  readonly id: string;
  readonly party: string;
  readonly admits: readonly string[];
  readonly regiebehandelaar: readonly string[];
  readonly medebehandelaar: readonly string[];
  readonly negotiation: boolean;
}

/** One entry of the output Bundle. `key` is its business identifier: what the conditional update is made of. */
export interface DraftEntry {
  readonly resource: Draft<Resource> & { readonly resourceType?: unknown };
  /** urn:uuid fullUrl, derived from the business identifier. */
  readonly fullUrl: string;
  /** `Type?identifier=system%7Cvalue`, percent-encoded. */
  readonly url: string;
}

/** A filled place of the source that reached no leaf, and why. */
export interface Unused {
  readonly source: string;
  readonly reason: string;
}

/** What a mapping makes of one message. */
export interface Mapped {
  readonly ok: true;
  readonly mapping: { readonly id: string; readonly version: string };
  /** Entries of the `transaction` Bundle, in order. */
  readonly entries: readonly DraftEntry[];
  readonly warnings: readonly Warning[];
  /** Filled source fields that reached no leaf; computed only when asked for (`map --explain`). */
  readonly unused: () => readonly Unused[];
}

/** The message breaks a rule: `issues` hold at least one error, each located in the source's own words. */
export interface MappingRefused {
  readonly ok: false;
  readonly issues: readonly Issue[];
}

export type MappingResult = Mapped | MappingRefused;

/** A mapping: one partner message in, the drafts of the FHIR resources out. */
export interface Mapping<Source> {
  readonly id: string;
  /** Semantic version; recorded with each message, so that a replay can say what changed. */
  readonly version: string;
  map(source: Source, context: MappingContext): MappingResult;
}
