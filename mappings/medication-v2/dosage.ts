/** Timing, dose, rate, route and words to Dosage (mp-InstructionsForUse.DosageInstructions). */
import type { Dosage, DosageDoseAndRate, Quantity } from 'fhir/r4.js';
import { SYSTEM } from '../../profiles/canonical.ts';
import { constant, derived, type Draft } from '../draft.ts';
import { leafAt, sameAs, textOf } from '../hl7v2/leaf.ts';
import type { Cell, Repetition } from '../hl7v2/message.ts';
import { amountInWords } from './amount-in-words.ts';
import { instructionOf, type Instruction } from './instruction.ts';
import { amountOf, releaseUnit, unitOf, unitOfComposite } from './quantity.ts';
import { routeOf } from './route.ts';
import type { GivenScope } from './scope.ts';
import { other, timedDosage, type TimedDosage } from './timing.ts';

const RULE = 'medication.dosage';

export interface ReadDosage {
  readonly instructions: readonly Draft<Dosage>[];
  readonly instruction: Instruction;
  /** Every code is one MP9 requires. */
  readonly known: boolean;
}

/** @param bounded where no period of use stands beside it, the times bound the dosage; several statements always do */
export function dosageOf(scope: GivenScope, bounded = false): ReadDosage {
  const { group, give, reading, statements } = scope;
  const instruction = instructionOf(give, reading);
  const routes = group.encoded.routes.length > 0 ? group.encoded.routes : group.requested.routes;
  const route = routeOf(routes[0], reading);
  const { doseAndRate, inWords } = doseAndRateOf(scope);
  const { dosed } = statements;
  const timed = dosed.map((statement) => timedDosage(statement, bounded || dosed.length > 1, reading));
  const numbers = sequence(scope);
  const parts: readonly TimedDosage[] = timed.length > 0 ? timed : [{}];
  const instructions = parts.map((one, index): Draft<Dosage> => {
    const { additionalInstruction, text, ...rest } = one;
    const additions = [...instruction.coded, ...(additionalInstruction ?? []), ...inWords];
    return {
      sequence: parts.length > 1 ? derived(numbers[index] ?? index + 1, `${RULE}.sequence`) : undefined,
      text: text ?? (parts.length === 1 ? instruction.rendered : undefined),
      additionalInstruction: additions,
      ...rest,
      ...route.dosage,
      doseAndRate: doseAndRate && [doseAndRate],
      maxDosePerPeriod: perDay(give.one('totalDailyDose'), scope),
    };
  });
  return { instructions, instruction, known: route.known };
}

/** The instruction in words, with its codes; timing and dose are left where they stand. */
export function wordsOf({ give, reading }: GivenScope): ReadDosage {
  const instruction = instructionOf(give, reading);
  const { rendered, coded } = instruction;
  const said = rendered !== undefined || coded.length > 0;
  return { instructions: said ? [{ text: rendered, additionalInstruction: coded }] : [], instruction, known: true };
}

/** TQ1-12: what follows gets the next number, what runs beside it the same. */
function sequence({ statements: { dosed } }: GivenScope): number[] {
  let number = 1;
  return dosed.map(({ conjunction }) => {
    const own = number;
    const code = conjunction.text.trim();
    if (code === 'S' || code === 'A') conjunction.segment.markUsed(conjunction, 'the sequence of the dosages says it');
    if (code !== 'A') number += 1;
    return own;
  });
}

interface DoseAndRate {
  readonly doseAndRate: Draft<DosageDoseAndRate> | undefined;
  /** Amounts that could not be read, and the time a dose is spread over: without it the dose would say too much. */
  readonly inWords: readonly ReturnType<typeof other>[];
}

function doseAndRateOf({ give, reading }: GivenScope): DoseAndRate {
  const of = give.together('min', 'max', 'units', 'per', 'rate', 'rateUnits');
  const cell = (name: 'min' | 'max' | 'per' | 'rate') => of(name)[0]?.cell(1);
  const repetition = (name: 'units' | 'rateUnits') => of(name)[0];
  const [min, max, per, rate] = [cell('min'), cell('max'), cell('per'), cell('rate')];
  const unitField = repetition('units');
  const unit = unitField && (min?.filled === true || max?.filled === true) ? unitOf(unitField, reading) : {};
  const isReversed = min?.filled === true && max?.filled === true && Number(min.text) > Number(max.text);
  if (isReversed) {
    const text = 'The maximum dose is less than the minimum; both travel as text only.';
    reading.warnings.push({ code: 'unreadable-number', location: max.path(), text });
  }
  if (isReversed) releaseUnit(unit);
  const isRange = max?.filled === true && max.text.trim() !== min?.text.trim();
  const readable = !(isReversed && isRange);
  const low = min && readable ? amountOf(min, unit, `${RULE}.dose`, reading) : undefined;
  if (max?.filled === true && min && !isRange) max.segment.markUsed(max, sameAs(min));
  const high = max && readable && isRange ? amountOf(max, unit, `${RULE}.dose`, reading) : undefined;
  // Half of a range would be another dose.
  const isUnread = (min?.filled === true && low === undefined) || (isRange && high === undefined);
  const words = isUnread ? amountInWords('Dosis', isRange ? [min, max] : [min], unitField, `${RULE}.dose`) : undefined;
  const dose = isUnread ? {} : isRange ? { doseRange: { low, high } } : low ? { doseQuantity: low } : {};
  const rateField = repetition('rateUnits');
  const speed =
    rate?.filled === true
      ? amountOf(rate, rateField ? unitOf(rateField, reading) : {}, `${RULE}.rate`, reading)
      : undefined;
  const slow =
    rate?.filled === true && !speed ? amountInWords('Snelheid', [rate], rateField, `${RULE}.rate`) : undefined;
  const over = speed === undefined && per?.filled === true && !isRange ? low && overTime(per) : undefined;
  const unread = per?.filled === true && over === undefined ? textOf(per, `${RULE}.per`) : undefined;
  const rated = speed
    ? { rateQuantity: speed }
    : over && low
      ? { rateRatio: { numerator: low, denominator: over } }
      : {};
  const filled = Object.keys(dose).length > 0 || Object.keys(rated).length > 0;
  const inWords = [words, slow, unread].filter((text) => text !== undefined).map(other);
  return { doseAndRate: filled ? { ...dose, ...rated } : undefined, inWords };
}

const TIME: Readonly<Record<string, string>> = { S: 's', M: 'min', H: 'h', D: 'd', W: 'wk' };

/** RXE-22 and RXA-12 (`H8`, `H`): the dose is given over so much time (HL7 v2.5 §4.14.4.22). */
export function overTime(per: Cell): Draft<Quantity> | undefined {
  const match = /^([SMHDW])([1-9]\d*)?$/.exec(per.text.trim());
  const code = TIME[match?.[1] ?? ''];
  if (match === null || code === undefined) return undefined;
  return {
    value: leafAt(per, Number(match[2] ?? '1'), `${RULE}.per`),
    system: constant(SYSTEM.ucum, `${RULE}.per`),
    code: leafAt(per, code, `${RULE}.per`),
  };
}

/** RXE-19 or RXO-23, the total daily dose (CQ), where v2-to-FHIR puts it: RXO[MedicationRequest]. */
function perDay(total: Repetition, { reading }: GivenScope): Draft<Dosage['maxDosePerPeriod']> {
  const rule = `${RULE}.total`;
  if (!total.cell(1).filled) return undefined;
  const numerator = amountOf(total.cell(1), unitOfComposite(total, reading), rule, reading);
  if (numerator === undefined) return undefined;
  const denominator = { value: constant(1, rule), system: constant(SYSTEM.ucum, rule), code: constant('d', rule) };
  return { numerator, denominator };
}
