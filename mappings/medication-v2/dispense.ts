/** RXE-10 to -12 (RXO-11 to -13): how much may be dispensed, and how often again. */
import type { MedicationRequestDispenseRequest } from 'fhir/r4.js';
import type { Draft } from '../draft.ts';
import { leafAt } from '../hl7v2/leaf.ts';
import { amountOf, unitOf } from './quantity.ts';
import type { GivenScope } from './scope.ts';

const RULE = 'medication.dispense';

export function dispenseOf({ give, reading }: GivenScope): Draft<MedicationRequestDispenseRequest> | undefined {
  const of = give.together('dispenseAmount', 'dispenseUnits');
  const [amount] = of('dispenseAmount');
  const [units] = of('dispenseUnits');
  const unit = units && amount?.filled === true ? unitOf(units, reading) : {};
  const quantity = amount && amountOf(amount.cell(1), unit, RULE, reading);
  const refills = give.one('refills').cell(1);
  const again = /^\d{1,9}$/.test(refills.text.trim()) ? leafAt(refills, Number(refills.text.trim()), RULE) : undefined;
  return quantity || again ? { quantity, numberOfRepeatsAllowed: again } : undefined;
}
