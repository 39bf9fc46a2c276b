/**
 * OBX outside the laboratory (ADT, REF) to Observation (v2-to-FHIR: OBX[Observation]): vital signs of nl-core where the
 * code, the value and the unit are what their profiles know, else plain R4.
 */
import type { CodeableConcept, Observation } from 'fhir/r4.js';
import { SYSTEM } from '../../profiles/canonical.ts';
import { identifierOf, type ResourceDraft } from '../bundle.ts';
import { constant, Leaf, type Draft } from '../draft.ts';
import { codeableConcept, codesOf } from '../hl7v2/datatypes/cwe.ts';
import { entityNumber } from '../hl7v2/datatypes/ei.ts';
import { dateTimeOf } from '../hl7v2/datatypes/ts.ts';
import { leafAt } from '../hl7v2/leaf.ts';
import type { Segment } from '../hl7v2/message.ts';
import { codeText, ownKey, type AboutPatient } from '../hl7v2/segments/about-patient.ts';
import { carryRemainders } from '../hl7v2/segments/remainder.ts';
import { interpretation } from '../lab-oru/flags.ts';
import { note } from '../lab-oru/notes.ts';
import { performers } from '../lab-oru/performer.ts';
import { referenceRanges } from '../lab-oru/range.ts';
import { statusOf } from '../lab-oru/status.ts';
import { valueOf } from '../lab-oru/value.ts';
import {
  besideCode,
  BLOOD_PRESSURE,
  inMercury,
  isPressure,
  isScore,
  isVitalSign,
  loincOf,
  measured,
  profileOf,
  signOf,
} from './vital-sign.ts';

const RULE = 'obx.observation';

/** An OBX with the notes behind it. */
export interface Observed {
  readonly obx: Segment;
  readonly notes: readonly Segment[];
}

/**
 * Adds the observations and returns their fullUrls. The key is the patient with code, sub-id and moment, never the
 * message. A systolic and a diastolic pressure of one moment are one blood pressure.
 */
export function observationEntries(about: AboutPatient, observed: readonly Observed[]): string[] {
  const taken = new Set<Observed>();
  return observed.flatMap((one) => {
    if (taken.has(one)) return [];
    const pair = pairOf(one, observed, about);
    if (pair === undefined) return [observationEntry(about, one)];
    for (const half of pair) taken.add(half);
    return [pressureEntry(about, pair)];
  });
}

const codes = (about: AboutPatient, { obx }: Observed) => codesOf(obx.rep(3), `${RULE}.code`, about.reading);
const momentOf = ({ obx }: Observed): string => `${obx.at(14).text.trim()}|${obx.at(4).text.trim()}`;

/** Two pressures at one moment: which belong together is not told, so each stands alone. */
function pairOf(one: Observed, all: readonly Observed[], about: AboutPatient): [Observed, Observed] | undefined {
  if (!isPressure(loincOf(codes(about, one))) || !one.obx.at(14).filled) return undefined;
  const together = all.filter((other) => isPressure(loincOf(codes(about, other))) && momentOf(other) === momentOf(one));
  const [first, second, ...more] = together;
  if (first === undefined || second === undefined || more.length > 0) return undefined;
  const different = loincOf(codes(about, first)) !== loincOf(codes(about, second));
  const plain = together.every(({ obx }) => inMercury(obx) && !obx.rep(8).filled && obx.rep(5).filled);
  return different && plain ? [first, second] : undefined;
}

const VITAL_SIGNS: Draft<CodeableConcept> = {
  coding: [
    {
      system: constant(SYSTEM.observationCategory, RULE),
      code: constant('vital-signs', RULE),
      display: constant('Vital Signs', RULE),
    },
  ],
};

function pressureEntry(about: AboutPatient, pair: [Observed, Observed]): string {
  const [first, second] = pair;
  const id = ownKey(about, 'Observation', about.patientKey, `OBX blood pressure ${momentOf(first)}`);
  return about.bundle.add<Observation>('Observation', id, () => {
    const draft = {
      meta: { profile: [constant(BLOOD_PRESSURE, RULE)] },
      identifier: [identifierOf(id)],
      ...common(about, first),
      category: [VITAL_SIGNS],
      code: {
        coding: [
          {
            system: constant(SYSTEM.loinc, RULE),
            code: constant('85354-9', RULE),
            display: constant('Blood pressure panel with all children optional', RULE),
          },
        ],
      },
      note: note([...first.notes, ...second.notes], `${RULE}.note`),
      component: pair.map(({ obx }) => ({
        code: codeableConcept(obx.rep(3), `${RULE}.code`, about.reading),
        valueQuantity: measured(obx),
        referenceRange: referenceRanges(obx, undefined),
      })),
    };
    // Said of both halves in the same words: the second half's own status and moment are those of the first.
    for (const field of [11, 14]) {
      if (first.obx.rep(field).raw === second.obx.rep(field).raw) markAll(second.obx, field);
    }
    const rest = [first, second].flatMap(({ obx, notes }) => [obx, ...notes]);
    return { ...draft, extension: carryRemainders(rest, 'obx.remainder') };
  });
}

const markAll = (segment: Segment, field: number): void => {
  for (const cell of segment.unusedCells()) if (cell.field === field) segment.markUsed(cell);
};

function observationEntry(about: AboutPatient, one: Observed): string {
  const { obx, notes } = one;
  const loinc = loincOf(codes(about, one));
  const sign = signOf(loinc);
  const vital = isVitalSign(loinc);
  const place = `OBX ${codeText(obx.rep(3))} ${momentOf(one)}`;
  const id = ownKey(about, 'Observation', about.patientKey, place);
  return about.bundle.add<Observation>('Observation', id, () => {
    const profile = profileOf(sign, obx);
    const own = entityNumber(obx.rep(21), 'observation', RULE, about.reading, 'FILL');
    const code = codeableConcept(obx.rep(3), `${RULE}.code`, about.reading) ?? ABSENT;
    const draft = {
      meta: profile === undefined ? undefined : { profile: [constant(profile, RULE)] },
      identifier: [identifierOf(id), own?.identifier],
      ...common(about, one),
      category: vital ? [VITAL_SIGNS] : [],
      code: 'coding' in code ? { ...code, coding: [...besideCode(sign), ...listOf(code.coding)] } : code,
      ...valuesOf(about, one, isScore(sign, obx), vital),
      interpretation: interpretation(obx, about.reading),
      note: note(notes, `${RULE}.note`),
      bodySite: codeableConcept(obx.rep(20), `${RULE}.bodySite`, about.reading),
      method: codeableConcept(obx.rep(17), `${RULE}.method`, about.reading) ?? scaleOf(profile, sign?.method),
    };
    const { extension, ...rest } = draft;
    return { ...rest, extension: [...extension, ...carryRemainders([obx, ...notes], 'obx.remainder')] };
  });
}

const ABSENT: Draft<CodeableConcept> = {
  extension: [
    {
      url: constant('http://hl7.org/fhir/StructureDefinition/data-absent-reason', RULE),
      valueCode: constant('unknown', RULE),
    },
  ],
};

const listOf = <T>(list: readonly T[] | object | undefined): readonly T[] =>
  Array.isArray(list) ? (list as readonly T[]) : [];

/** PijnMeetmethodeCodelijst, where the LOINC code itself names the scale. */
const scaleOf = (profile: string | undefined, method: string | undefined): Draft<CodeableConcept> | undefined =>
  profile === undefined || method === undefined
    ? undefined
    : {
        coding: [
          {
            system: constant('urn:oid:2.16.840.1.113883.2.4.3.11.60.40.4.9.1', RULE),
            code: constant(method, RULE),
            display: constant(method, RULE),
          },
        ],
      };

function common(about: AboutPatient, { obx }: Observed): ResourceDraft<Observation> {
  const producing = {
    bundle: about.bundle,
    reading: about.reading,
    addresses: new Map<string, string>(),
    laboratory: undefined,
    numbers: { within: about.controlId },
  };
  return {
    ...statusOf<Observation['status']>(obx.at(11), 'observation-status', '0085', `${RULE}.status`, about.reading),
    subject: about.patient,
    encounter: about.encounter,
    effectiveDateTime: dateTimeOf(obx.at(14), `${RULE}.effective`, about.reading),
    performer: performers(producing, obx),
  };
}

/** What the Observation says: a score, a quantity, or any other type as in a laboratory message. */
function valuesOf(about: AboutPatient, { obx }: Observed, score: boolean, vital: boolean) {
  const none = { extension: [], component: undefined, referenceRange: referenceRanges(obx, undefined) };
  if (score) return { ...none, valueInteger: leafAt(obx.at(5), Number(obx.at(5).text.trim()), `${RULE}.value`) };
  const quantity = vital ? measured(obx) : undefined;
  if (quantity !== undefined) return { ...none, valueQuantity: quantity };
  const read = valueOf({ obx, more: [], notes: [] }, about.reading);
  return {
    ...read.value,
    extension: [
      ...read.extension,
      ...read.attachments.map((valueAttachment) => ({ url: ATTACHMENT, valueAttachment })),
    ],
    component: read.several.map((value) => ({
      code: codeableConcept(obx.rep(3), `${RULE}.code`, about.reading),
      ...value,
    })),
    referenceRange: referenceRanges(obx, read.unit),
  };
}

/** As HL7's tables name it: R5 knows this value type, R4 takes it as an extension. */
const ATTACHMENT = new Leaf(
  'https://hl7.org/fhir/5.0/StructureDefinition/extension-Observation.valueAttachment',
  { path: () => 'constant' },
  RULE,
);
