/** Vital signs: Observations of nl-core where their profiles know the code and the unit, else plain vital signs of R4. */
import type { Observation, Quantity } from 'fhir/r4.js';
import { nlCore, SYSTEM } from '../../profiles/canonical.ts';
import { writtenNumber } from '../../profiles/json/decimal.ts';
import type { Issue } from '../../profiles/issue.ts';
import { identifierOf, type ResourceDraft } from '../bundle.ts';
import { constant, Leaf, type Draft } from '../draft.ts';
import { untranslatedCode } from '../untranslated.ts';
import { valueAt } from './refuse.ts';
import type { Transfer } from './schema.ts';
import { coding, fixed, metaOf, ownId, said, VITAL_SIGNS, type Told } from './told.ts';
import { DIASTOLIC, SYSTOLIC, ucumOf, VITAL_SIGN } from './vital-sign-table.ts';

type Sign = NonNullable<Transfer['vitalSigns']>[number];
interface Measured {
  readonly sign: Sign;
  readonly path: string;
  readonly index: number;
}

const placed = (transfer: Transfer): Measured[] =>
  (transfer.vitalSigns ?? []).map((sign, index) => ({ sign, index, path: `$.vitalSigns[${index}]` }));

/** A heart rate in kilograms is nobody's heart rate: a known unit that the code cannot have is refused. */
export function wrongUnits(transfer: Transfer): Issue[] {
  return placed(transfer).flatMap(({ sign, path }) => {
    const known = VITAL_SIGN[sign.loinc];
    const pressure = sign.loinc === SYSTOLIC || sign.loinc === DIASTOLIC;
    const allowed = known?.score === true ? ['{score}'] : pressure ? ['mm[Hg]'] : known?.units;
    const unit = sign.unit === undefined ? undefined : ucumOf(sign.unit)?.code;
    const issue = (field: string, text: string): Issue[] => [
      { severity: 'error', code: 'value', expression: `${path}.${field}`, text, rule: 'wk-vital-unit' },
    ];
    if (known?.score === true && !Number.isInteger(sign.value)) return issue('value', 'this score is a whole number');
    if (allowed && known?.score !== true && sign.unit === undefined) return issue('unit', 'a unit is required here');
    if (allowed && unit !== undefined && !allowed.includes(unit)) {
      return issue('unit', `this code is measured in ${allowed.join(' or ')}`);
    }
    return [];
  });
}

/** One Observation each, except that a systolic and a diastolic pressure of one moment are one blood pressure. */
export function addVitalSigns(told: Told): string[] {
  const signs = placed(told.transfer);
  const at = ({ sign }: Measured): number => Date.parse(sign.at);
  const of = (loinc: string, moment: number): Measured[] =>
    signs.filter((one) => one.sign.loinc === loinc && at(one) === moment);
  const taken = new Set<number>();
  return signs.flatMap((one) => {
    if (taken.has(one.index)) return [];
    if (one.sign.loinc === SYSTOLIC || one.sign.loinc === DIASTOLIC) {
      const [systolic, ...moreS] = of(SYSTOLIC, at(one));
      const [diastolic, ...moreD] = of(DIASTOLIC, at(one));
      // Two pressures at one moment: which belong together is not told, so each stands alone.
      if (systolic && diastolic && moreS.length === 0 && moreD.length === 0) {
        taken.add(systolic.index).add(diastolic.index);
        return [addBloodPressure(told, systolic, diastolic)];
      }
    }
    return [addSign(told, one)];
  });
}

function addBloodPressure(told: Told, systolic: Measured, diastolic: Measured): string {
  const id = ownId(told, `Observation blood pressure ${systolic.index} ${diastolic.index}`);
  const component = (one: Measured, display: string) => ({
    code: { coding: [loincOf(one, display)] },
    valueQuantity: quantityOf(told, one),
  });
  const known = [systolic, diastolic].every(({ sign }) => ucumOf(sign.unit ?? '')?.code === 'mm[Hg]');
  return told.bundle.add<Observation>('Observation', id, () => ({
    ...base(told, id, systolic, known ? nlCore('BloodPressure') : undefined),
    code: fixed(SYSTEM.loinc, '85354-9', 'Blood pressure panel with all children optional', 'vital-sign.code'),
    note: [noteOf(systolic), noteOf(diastolic)],
    component: [component(systolic, 'Systolic blood pressure'), component(diastolic, 'Diastolic blood pressure')],
  }));
}

function addSign(told: Told, one: Measured): string {
  const { sign, path, index } = one;
  const id = ownId(told, `Observation vital sign ${index}`);
  const known = VITAL_SIGN[sign.loinc];
  const score = known?.score === true;
  const fits = known !== undefined && (score || known.units.includes(ucumOf(sign.unit ?? '')?.code ?? ''));
  return told.bundle.add<Observation>('Observation', id, () => ({
    ...base(told, id, one, fits ? known.profile : undefined),
    code: {
      coding: [
        ...(known?.beside ?? []).map(({ system, code, display }) => coding(system, code, display, 'vital-sign.code')),
        loincOf(one, undefined),
      ],
    },
    valueInteger: score ? said(sign.value, `${path}.value`, 'vital-sign.value') : undefined,
    valueQuantity: score ? undefined : quantityOf(told, one),
    method:
      known?.method === undefined
        ? undefined
        : fixed('urn:oid:2.16.840.1.113883.2.4.3.11.60.40.4.9.1', known.method, known.method, 'vital-sign.method'),
    note: [noteOf(one)],
  }));
}

function base(
  told: Told,
  id: { readonly system: string; readonly value: string },
  { sign, path }: Measured,
  profile: string | undefined,
): ResourceDraft<Observation> {
  return {
    meta: metaOf(profile),
    identifier: [identifierOf(id)],
    status: constant('final', 'vital-sign.status'),
    category: [VITAL_SIGNS],
    subject: told.patient,
    encounter: told.encounter,
    effectiveDateTime: said(sign.at, `${path}.at`, 'vital-sign.effective'),
  };
}

const loincOf = ({ sign, path }: Measured, display: string | undefined) => ({
  ...coding(SYSTEM.loinc, sign.loinc, display, 'vital-sign.code'),
  code: said(sign.loinc, `${path}.loinc`, 'vital-sign.code'),
});

const noteOf = ({ sign, path }: Measured) =>
  sign.note === undefined ? undefined : { text: said(sign.note, `${path}.note`, 'vital-sign.note') };

/** The value as written, the unit as said; UCUM beside it only where the table knows that spelling. */
function quantityOf({ raw, warnings }: Told, { sign, path, index }: Measured): Draft<Quantity> {
  const parent = valueAt(raw, ['vitalSigns', index]);
  const written = typeof parent === 'object' && parent !== null ? writtenNumber(parent, 'value') : undefined;
  const ucum = sign.unit === undefined ? undefined : ucumOf(sign.unit);
  if (sign.unit !== undefined && ucum === undefined) {
    warnings.push({
      code: 'untranslated-unit',
      location: `${path}.unit`,
      text: 'this unit has no UCUM code here and travels as text',
      ...untranslatedCode([{ code: sign.unit }]),
    });
  }
  return {
    value: new Leaf(sign.value, { path: () => `${path}.value` }, 'vital-sign.value', undefined, written),
    unit: said(sign.unit, `${path}.unit`, 'vital-sign.unit'),
    system: ucum === undefined ? undefined : constant(SYSTEM.ucum, 'vital-sign.unit'),
    code: said(ucum?.code, `${path}.unit`, 'vital-sign.unit', ucum?.map),
  };
}
