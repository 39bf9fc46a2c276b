/** Which OBX is a vital sign that nl-core knows, and what its profile wants said beside the code. */
import type { Coding, Quantity } from 'fhir/r4.js';
import { nlCore, SYSTEM } from '../../profiles/canonical.ts';
import { constant, type Draft } from '../draft.ts';
import { decimalOf, isDecimal } from '../hl7v2/datatypes/nm.ts';
import type { ReadCode } from '../hl7v2/datatypes/cwe.ts';
import { leafAt, textOf } from '../hl7v2/leaf.ts';
import type { Segment } from '../hl7v2/message.ts';
import { DIASTOLIC, SYSTOLIC, ucumOf, VITAL_SIGN, type VitalSign } from '../transfer-json/vital-sign-table.ts';

const RULE = 'obx.vital-sign';

export const loincOf = (codes: readonly ReadCode[]): string | undefined =>
  codes.find(({ system }) => system === SYSTEM.loinc)?.code;

export const isPressure = (loinc: string | undefined): boolean => loinc === SYSTOLIC || loinc === DIASTOLIC;

/** The row of a LOINC code; both halves of a blood pressure are vital signs too. */
export const isVitalSign = (loinc: string | undefined): boolean =>
  loinc !== undefined && (Object.hasOwn(VITAL_SIGN, loinc) || isPressure(loinc));

export const signOf = (loinc: string | undefined): VitalSign | undefined =>
  loinc === undefined || !Object.hasOwn(VITAL_SIGN, loinc) ? undefined : VITAL_SIGN[loinc];

/** A score is a whole number without a unit: valueInteger. */
export const isScore = (sign: VitalSign | undefined, obx: Segment): boolean =>
  sign?.score === true && obx.at(2).text.trim() === 'NM' && /^\d{1,3}$/.test(obx.at(5).text.trim());

/** UCUM code of OBX-6, if the table of units knows it. */
const unitCode = (obx: Segment): string | undefined =>
  obx.at(6).text.trim() === '' ? undefined : ucumOf(obx.at(6).text.trim())?.code;

/** The profile promised: the value is one number in a unit of the profile, at a known moment, and nothing else is said. */
export function profileOf(sign: VitalSign | undefined, obx: Segment): string | undefined {
  if (sign === undefined || !obx.at(14).filled || obx.reps(5).length !== 1) return undefined;
  if ([7, 8, 17].some((field) => obx.rep(field).filled)) return undefined;
  if (sign.score === true) return isScore(sign, obx) ? sign.profile : undefined;
  const measured = obx.at(2).text.trim() === 'NM' && isDecimal(obx.at(5).text.trim());
  return measured && sign.units.includes(unitCode(obx) ?? '') ? sign.profile : undefined;
}

/** A known unit that the code cannot have, or a score that is no whole number: nobody's heart rate. */
export function wrongValue(loinc: string | undefined, obx: Segment): { field: 5 | 6; text: string } | undefined {
  const sign = signOf(loinc);
  const units = isPressure(loinc) ? ['mm[Hg]'] : sign?.units;
  if (obx.at(2).text.trim() !== 'NM' || units === undefined) return undefined;
  if (sign?.score === true) {
    return isDecimal(obx.at(5).text.trim()) && !isScore(sign, obx)
      ? { field: 5, text: 'this score is a whole number' }
      : undefined;
  }
  const unit = unitCode(obx);
  return unit !== undefined && !units.includes(unit)
    ? { field: 6, text: `this code is measured in ${units.join(' or ')}` }
    : undefined;
}

/** Codings a profile asks for beside the code as sent. */
export const besideCode = (sign: VitalSign | undefined): Draft<Coding>[] =>
  (sign?.beside ?? []).map(({ system, code, display }) => ({
    system: constant(system, RULE),
    code: constant(code, RULE),
    display: constant(display, RULE),
  }));

/** Value and unit as sent, UCUM beside the unit where the table knows that spelling; undefined: no number. */
export function measured(obx: Segment): Draft<Quantity> | undefined {
  if (obx.at(2).text.trim() !== 'NM' || obx.reps(5).length !== 1) return undefined;
  const value = decimalOf(obx.at(5), RULE);
  if (value === undefined) return undefined;
  const [cell, words] = [obx.at(6), obx.at(6, 2)];
  const ucum = cell.filled ? ucumOf(cell.text.trim()) : undefined;
  return {
    value,
    unit: textOf(cell, RULE) ?? textOf(words, RULE),
    system: ucum && constant(SYSTEM.ucum, RULE),
    code: ucum && leafAt(cell, ucum.code, RULE, ucum.map),
  };
}

export const BLOOD_PRESSURE = nlCore('BloodPressure');
/** Two halves of one pressure: numbers in mm[Hg]. */
export const inMercury = (obx: Segment): boolean =>
  obx.at(2).text.trim() === 'NM' && isDecimal(obx.at(5).text.trim()) && unitCode(obx) === 'mm[Hg]';
