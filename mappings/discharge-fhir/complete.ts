/** What the gateway adds to a discharge: the profile of the letter, and where the patient goes in nl-core's own codes. */
import type { Bundle, CodeableConcept, Composition, Encounter, FhirResource } from 'fhir/r4.js';
import { SYSTEM, WK_CODES, wkProfile } from '../../profiles/canonical.ts';
import { isDischargeComposition, isTransferOfCare } from '../../profiles/rules/asks-transfer.ts';
import { constant, Copied, Leaf } from '../draft.ts';
import type { DraftEntry, SourceSettings } from '../mapping.ts';
import { completeMedication } from '../medication-fhir/complete.ts';
import { coded } from '../nl-core-claims.ts';
import type { Completion } from '../pass-through.ts';
import { translate, type Translation } from '../terminology/translate.ts';
import { untranslatedCode } from '../untranslated.ts';

const RULE = 'discharge.type';

/** Claims of one message; `complete` of passThrough. Medication is what it is in a message of its own. */
export function completeDischarge(bundle: Bundle, source: SourceSettings) {
  const alone = completeMedication(bundle, source);
  return (resource: FhirResource, at: string): Completion => claimOf(resource, at, alone(resource, at));
}

function claimOf(resource: FhirResource, at: string, alone: Completion): Completion {
  // The request sends her home and asks for no bed, whatever the sender's template says.
  if (isTransferOfCare(resource)) return { withdrawn: [wkProfile('TransferRequest')] };
  if (resource.resourceType === 'Composition' && isDischargeComposition(resource)) return ofLetter(resource, at);
  if (resource.resourceType !== 'Encounter' || destinationOf(resource) !== 'unknown') return alone;
  return {
    ...alone,
    tags: [{ system: WK_CODES, code: 'untranslated' }],
    warnings: [
      {
        code: 'untranslated-code',
        location: `${at}.hospitalization.dischargeDisposition`.replace(/^\$/, 'Bundle'),
        text: 'this destination has no code that nl-core knows; it travels as sent',
        ...untranslatedCode(resource.hospitalization?.dischargeDisposition?.coding ?? []),
      },
    ],
  };
}

/** The letter is found by its LOINC code, which stands beside our own. */
function ofLetter({ type, subject, section }: Composition, at: string): Completion {
  const profiles = subject !== undefined && section !== undefined ? [wkProfile('DischargeComposition')] : [];
  if (coded(type, SYSTEM.loinc, '18842-5')) return { profiles };
  const beside = { system: SYSTEM.loinc, code: '18842-5', display: 'Discharge summary' };
  const coding = {
    system: constant(beside.system, RULE),
    code: constant(beside.code, RULE),
    display: constant(beside.display, RULE),
  };
  return { profiles, replaced: { type: withCoding(type, `${at}.type`, coding) } };
}

/** A concept as sent, with one coding more. */
function withCoding({ coding = [], ...rest }: CodeableConcept, from: string, more: object): object {
  return {
    ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, new Copied(value, `${from}.${key}`, RULE)])),
    coding: [...coding.map((one, index) => new Copied(one, `${from}.coding[${index}]`, RULE)), more],
  };
}

/** Where she goes: as nl-core says it already, as it can be translated, or in words nobody here knows. */
function destinationOf({ hospitalization }: Encounter): 'unsaid' | 'known' | 'unknown' | Translation {
  const codings = hospitalization?.dischargeDisposition?.coding ?? [];
  if (hospitalization?.dischargeDisposition === undefined) return 'unsaid';
  const found = codings.flatMap(({ system = '', code = '' }) => {
    const to = translate('discharge-disposition', system, code);
    return to === undefined ? [] : [{ to, asSent: to.system === system && to.code === code }];
  });
  if (found.some(({ asSent }) => asSent)) return 'known';
  return found[0]?.to ?? 'unknown';
}

/** The translation of the destination, beside the code as sent. */
export function completeStay(entry: DraftEntry, resource: FhirResource, at: string): DraftEntry {
  if (resource.resourceType !== 'Encounter') return entry;
  const to = destinationOf(resource);
  const elements = entry.resource as Readonly<Record<string, unknown>>;
  const stay = elements['hospitalization'];
  if (typeof to === 'string' || !(stay instanceof Copied)) return entry;
  const { dischargeDisposition, ...rest } = stay.value as NonNullable<Encounter['hospitalization']>;
  const from = `${at}.hospitalization`;
  const place = { path: () => `${from}.dischargeDisposition` };
  const leaf = (text: string): Leaf<string> => new Leaf(text, place, 'discharge.destination', to.map);
  const more = {
    system: leaf(to.system),
    code: leaf(to.code),
    ...(to.display === undefined ? {} : { display: leaf(to.display) }),
  };
  const hospitalization = {
    ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, new Copied(value, `${from}.${key}`, RULE)])),
    dischargeDisposition: withCoding(dischargeDisposition ?? {}, `${from}.dischargeDisposition`, more),
  };
  return { ...entry, resource: { ...elements, hospitalization } as DraftEntry['resource'] };
}
