/** What a lab resource of a FHIR message gets beside what it says itself: the profile it meets, or the mark that a code
 *  has no translation. */
import type {
  Bundle,
  CodeableConcept,
  DiagnosticReport,
  FhirResource,
  Observation,
  Patient,
  Reference,
  Specimen,
} from 'fhir/r4.js';
import { nlCore } from '../../profiles/canonical.ts';
import { constant, Copied } from '../draft.ts';
import {
  LAB_CATEGORY,
  LAB_REPORT,
  LAB_RESULT,
  LAB_SPECIMEN,
  namesSubstance,
  namesTest,
  OWN_LAB_RESULT,
  OWN_LAB_SPECIMEN,
  REPORT_CATEGORY,
  UNTRANSLATED,
} from '../lab-profile.ts';
import type { Completion } from '../pass-through.ts';
import type { OwnCodes } from '../terminology/own-codes.ts';
import { untranslatedCode } from '../untranslated.ts';
import { translatedConcept, type Translated } from './own-codes.ts';

const RULE = 'lab.fhir';

const holds = (concepts: readonly CodeableConcept[] | undefined, wanted: { system: string; code: string }): boolean =>
  concepts?.some(({ coding }) =>
    coding?.some(({ system, code }) => system === wanted.system && code === wanted.code),
  ) ?? false;

/** Claims of one message; `complete` of passThrough. */
export function completeLab(bundle: Bundle, ownCodes?: OwnCodes): (resource: FhirResource, at: string) => Completion {
  const entries = bundle.entry ?? [];
  /** What reports and panels list as their results, by the names used there. */
  const listed = new Set(
    entries.flatMap(({ resource }) => {
      const { result = [], hasMember = [] } = (resource ?? {}) as {
        result?: readonly Reference[];
        hasMember?: readonly Reference[];
      };
      return [...result, ...hasMember].map(({ reference }) => reference ?? '');
    }),
  );
  const nameOf = new Map<unknown, readonly string[]>(
    entries.map(({ fullUrl, resource }) => [resource, [fullUrl ?? '', `${resource?.resourceType}/${resource?.id}`]]),
  );
  const isLab = (resource: Observation): boolean =>
    holds(resource.category, LAB_CATEGORY) ||
    (resource.category === undefined && (nameOf.get(resource) ?? []).some((name) => listed.has(name)));
  const everyResultKnown = (report: DiagnosticReport): boolean =>
    (report.result ?? []).every(({ reference = '' }) =>
      entries.some(({ fullUrl, resource }) => {
        const one = resource as FhirResource | undefined;
        const named = fullUrl === reference || `${one?.resourceType}/${one?.id}` === reference;
        return (
          named && one?.resourceType === 'Observation' && namesTest(translatedConcept(one.code, '$', ownCodes).codings)
        );
      }),
    );

  return (resource, at) => {
    switch (resource.resourceType) {
      case 'Observation':
        return isLab(resource) ? completeResult(resource, at, ownCodes) : {};
      case 'Specimen':
        return completeSpecimen(resource, at, ownCodes);
      case 'DiagnosticReport':
        return holds(resource.category, REPORT_CATEGORY) && resource.identifier && everyResultKnown(resource)
          ? { profiles: [LAB_REPORT] }
          : {};
      case 'Patient':
        return meetsPatient(resource) ? { profiles: [nlCore('Patient')] } : {};
      default:
        return {};
    }
  };
}

function completeResult(resource: Observation, at: string, ownCodes: OwnCodes | undefined): Completion {
  const category = holds(resource.category, LAB_CATEGORY) ? undefined : withLaboratory(resource, at);
  const code = translatedConcept(resource.code, `${at}.code`, ownCodes);
  const replaced = {
    replaced: { ...(category && { category }), ...(code.concept && { code: code.concept }) },
  };
  if (namesTest(code.codings)) return { profiles: [LAB_RESULT], ...replaced };
  return {
    ...untranslated(code, `${at}.code`, 'test'),
    profiles: [OWN_LAB_RESULT],
    withdrawn: [LAB_RESULT],
    ...replaced,
  };
}

const withLaboratory = (resource: Observation, at: string): readonly unknown[] => [
  ...(resource.category ?? []).map((one, index) => new Copied(one, `${at}.category[${index}]`, RULE)),
  { coding: [{ system: constant(LAB_CATEGORY.system, RULE), code: constant(LAB_CATEGORY.code, RULE) }] },
];

function completeSpecimen(resource: Specimen, at: string, ownCodes: OwnCodes | undefined): Completion {
  const { type } = resource;
  if (type === undefined) return { profiles: [LAB_SPECIMEN] };
  const kind = translatedConcept(type, `${at}.type`, ownCodes);
  const replaced = kind.concept === undefined ? {} : { replaced: { type: kind.concept } };
  if (namesSubstance(kind.codings)) return { profiles: [LAB_SPECIMEN], ...replaced };
  return {
    ...replaced,
    ...untranslated(kind, `${at}.type`, 'specimen type'),
    profiles: [OWN_LAB_SPECIMEN],
    withdrawn: [LAB_SPECIMEN],
  };
}

const untranslated = (concept: Translated, location: string, what: string): Completion => ({
  tags: [UNTRANSLATED],
  warnings: [
    {
      code: 'untranslated-code',
      location,
      text: `The ${what} has no code that nl-core knows; it travels as sent.`,
      ...(concept.translated ? {} : untranslatedCode(concept.codings)),
    },
  ],
});

/** nl-core-Patient asks of a bare Patient only that official given names say whether they are initials. */
function meetsPatient({ name = [], maritalStatus, communication, contact }: Patient): boolean {
  if (maritalStatus ?? communication ?? contact) return false;
  return name.every(
    ({ use, given = [], _given = [] }) =>
      use !== 'official' || given.every((_, index) => (_given[index]?.extension?.length ?? 0) > 0),
  );
}
