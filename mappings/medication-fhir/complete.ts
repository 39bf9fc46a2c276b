/** What a medication resource of a FHIR message gets beside what it says itself: the profile it meets, its category where
 *  the type makes it certain, and the treatment it belongs to. */
import type { Bundle, FhirResource } from 'fhir/r4.js';
import { SYSTEM } from '../../profiles/canonical.ts';
import { constant, derived } from '../draft.ts';
import type { SourceSettings, Warning } from '../mapping.ts';
import { DERIVED_TREATMENT, PRODUCT_SYSTEMS, TREATMENT, UNTRANSLATED } from '../medication-profile.ts';
import { claimNlCore } from '../nl-core-claims.ts';
import type { Completion } from '../pass-through.ts';
import { untranslatedCode } from '../untranslated.ts';
import { buildingBlock, type BuildingBlock } from './building-block.ts';
import { derivedTreatment, hasTreatment } from './treatment.ts';

const RULE = 'medication.fhir';

/** Claims of one message; `complete` of passThrough. */
export const completeMedication =
  (bundle: Bundle, source: SourceSettings) =>
  (resource: FhirResource, at: string): Completion => {
    const block = buildingBlock(resource);
    if (block === undefined) return claimNlCore(resource, at);
    const claim = claimOf(block, at);
    const treatment = block.treated && !hasTreatment(resource) ? treatmentOf(resource, at, bundle, source) : {};
    const category =
      block.category === undefined
        ? {}
        : { category: { coding: [{ system: constant(SYSTEM.snomed, RULE), code: constant(block.category, RULE) }] } };
    return {
      ...claim,
      tags: [...(claim.tags ?? []), ...(treatment.tags ?? [])],
      warnings: [...(claim.warnings ?? []), ...(treatment.warnings ?? []), ...unknownProduct(resource, at)],
      replaced: category,
      ...(treatment.added && { added: treatment.added }),
    };
  };

/** The sender of FHIR knows its own Bundle by FHIRPath. */
const inBundle = (at: string): string => at.replace(/^\$/, 'Bundle');

/** mp- where every code is one it requires; else our own profile where there is one, a mark, and a warning each. */
function claimOf({ profile, own, misfits, fits }: BuildingBlock, at: string): Completion {
  if (misfits.length === 0) return fits ? { profiles: [profile] } : {};
  const warnings = misfits.map(({ place, what, concept }): Warning => ({
    code: 'untranslated-code',
    location: inBundle(`${at}.${place}`),
    text: `The ${what} has no code that MP9 knows; it travels as sent.`,
    ...untranslatedCode(concept?.coding ?? []),
  }));
  return { tags: [UNTRANSLATED], warnings, withdrawn: [profile], profiles: own !== undefined && fits ? [own] : [] };
}

function unknownProduct(resource: FhirResource, at: string): Warning[] {
  if (resource.resourceType !== 'Medication') return [];
  if ((resource.code?.coding ?? []).some(({ system = '' }) => PRODUCT_SYSTEMS.includes(system))) return [];
  const text = 'The product has no code of the G-Standaard; it travels as sent.';
  return [
    {
      code: 'untranslated-code',
      location: inBundle(`${at}.code`),
      text,
      ...untranslatedCode(resource.code?.coding ?? []),
    },
  ];
}

function treatmentOf(resource: FhirResource, at: string, bundle: Bundle, source: SourceSettings): Completion {
  const found = derivedTreatment(resource, bundle, source);
  if (found === undefined) {
    const text = 'No treatment identifier, and no number of a prescription to derive one from.';
    return { warnings: [{ code: 'no-treatment-identifier', location: inBundle(at), text }] };
  }
  const identifier = { system: constant(found.system, RULE), value: derived(found.value, RULE) };
  return {
    tags: found.system.endsWith('/NamingSystem/treatment') ? [DERIVED_TREATMENT] : [],
    added: { extension: [{ url: constant(TREATMENT, RULE), valueIdentifier: identifier }] },
  };
}
