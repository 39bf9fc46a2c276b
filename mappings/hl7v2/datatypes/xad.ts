/** XAD to Address as nl-core-AddressInformation wants it (v2-to-FHIR: XAD[Address], SAD[Address]). */
import type { Address, Element, Extension } from 'fhir/r4.js';
import { constant, type Draft, type Leaf } from '../../draft.ts';
import { leafFrom, lookedUp, textOf, type Reading } from '../leaf.ts';
import type { Cell, Repetition } from '../message.ts';
import { periodOf } from './ts.ts';

/** HL7 table 0190. L (legal) and the other types have no FHIR counterpart and travel as they are. */
const USES = { H: 'home', B: 'work', O: 'work', C: 'temp', V: 'temp', HV: 'temp', BA: 'old', BI: 'billing' } as const;
const TYPES = { M: 'postal', SH: 'postal' } as const;
/** zib AdresInformatie, AdresSoort (v3-AddressUse). */
const ZIB = { H: 'HP', M: 'PST', B: 'WP', O: 'WP', C: 'TMP', V: 'HV', HV: 'HV' } as const;

const ADXP = 'http://hl7.org/fhir/StructureDefinition/iso21090-ADXP-';
const ADDRESS_TYPE = 'http://nictiz.nl/fhir/StructureDefinition/ext-AddressInformation.AddressType';
const ADDRESS_USE = 'http://terminology.hl7.org/CodeSystem/v3-AddressUse';

export function address(repetition: Repetition, rule: string, reading: Reading): Draft<Address> | undefined {
  const at = (component: number, sub = 1): Cell => repetition.cell(component, sub);
  const { line, parts } = streetLine(repetition, rule);
  const city = textOf(at(3), rule);
  const state = textOf(at(4), rule);
  const postalCode = textOf(at(5), rule);
  const country = textOf(at(6), rule);
  const district = textOf(at(9, 2), rule) ?? textOf(at(9), rule);
  if ([...line, city, state, postalCode, country, district].every((leaf) => leaf === undefined)) return undefined;
  const zib = lookedUp(at(7), ZIB, rule);
  const period = periodOf(at(13), at(14), rule, reading) ?? periodOf(at(12), at(12, 2), rule, reading);
  return {
    extension: zib && [
      {
        url: constant(ADDRESS_TYPE, rule),
        valueCodeableConcept: { coding: [{ system: constant(ADDRESS_USE, rule), code: zib }] },
      },
    ],
    use: lookedUp(at(7), USES, rule),
    type: lookedUp(at(7), TYPES, rule),
    line,
    _line: parts,
    city,
    district,
    state,
    postalCode,
    country,
    period,
  };
}

/**
 * Dutch senders write `Dorpsstraat 12&Dorpsstraat&12` with the addition (`a`, `bis`) in XAD.2; with street and number
 * apart they become ADXP extensions and the addition joins the line. Otherwise XAD.1 and XAD.2 are lines as they stand.
 */
function streetLine(
  repetition: Repetition,
  rule: string,
): { line: Leaf<string>[]; parts: Draft<Element>[] | undefined } {
  const cells = [repetition.cell(1), repetition.cell(1, 2), repetition.cell(1, 3), repetition.cell(2)] as const;
  const [whole, streetCell, numberCell, additionCell] = cells;
  if (streetCell.text.trim() === '' && numberCell.text.trim() === '') {
    const line = [textOf(whole, rule), textOf(additionCell, rule)].filter((leaf) => leaf !== undefined);
    return { line, parts: undefined };
  }
  const extension: Draft<Extension>[] = [];
  const part = (cell: Cell, name: string): void => {
    const leaf = textOf(cell, rule);
    if (leaf !== undefined) extension.push({ url: constant(`${ADXP}${name}`, rule), valueString: leaf });
  };
  part(streetCell, 'streetName');
  part(numberCell, 'houseNumber');
  part(additionCell, 'buildingNumberSuffix');
  const written = whole.text.trim();
  const base = written === '' ? [streetCell.text.trim(), numberCell.text.trim()].join(' ').trim() : written;
  const addition = additionCell.text.trim();
  const text = addition === '' || base.endsWith(addition) ? base : `${base} ${addition}`;
  const first = written === '' ? (streetCell.filled ? streetCell : numberCell) : whole;
  return { line: [leafFrom([first], text, rule)], parts: [{ extension }] };
}
