/** XTN to ContactPoint as nl-core-ContactInformation wants it (v2-to-FHIR: XTN[ContactPoint]). */
import type { ContactPoint } from 'fhir/r4.js';
import { constant, Leaf, type Draft } from '../../draft.ts';
import { leafFrom, lookedUp, textOf, toldWith, type Reading } from '../leaf.ts';
import type { Cell, Repetition } from '../message.ts';
import { periodOf } from './ts.ts';

/** HL7 table 0201. */
const USES = { PRN: 'home', WPN: 'work', PRS: 'mobile', VHN: 'temp' } as const;
/** HL7 table 0202. */
const SYSTEMS = {
  PH: 'phone',
  CP: 'phone',
  FX: 'fax',
  BP: 'pager',
  MD: 'other',
  SAT: 'other',
  TDD: 'other',
  TTY: 'other',
  Internet: 'email',
  'X.400': 'email',
} as const;
/** zib Contactgegevens, TelecomType (v3-AddressUse and v3-URLScheme as the zib binds them). */
const ZIB = { PH: 'LL', CP: 'MC' } as const;
const ZIB_SYSTEMS = {
  LL: 'urn:oid:2.16.840.1.113883.2.4.3.11.60.40.4.22.1',
  MC: 'http://terminology.hl7.org/CodeSystem/v3-AddressUse',
} as const;
const CODE_SPECIFICATION = 'http://nictiz.nl/fhir/StructureDefinition/ext-CodeSpecification';

/**
 * Undefined when no number or address is filled; `^NET^Internet^` alone says nothing.
 * @param place use of a number by its field (PID-13 home, PID-14 work), where XTN.2 is empty and it is no mobile
 */
export function contactPoint(
  repetition: Repetition,
  rule: string,
  reading: Reading,
  place?: 'home' | 'work',
): Draft<ContactPoint> | undefined {
  const at = (component: number): Cell => repetition.cell(component);
  const mail = at(4).filled && (at(2).text.trim() === 'NET' || /^(Internet|X\.400)$/.test(at(3).text.trim()));
  const value = mail ? textOf(at(4), rule) : (textOf(at(1), rule) ?? textOf(at(12), rule) ?? numberOf(at, rule));
  if (value === undefined) return undefined;
  const equipment = lookedUp(at(3), SYSTEMS, rule);
  // XTN is a telephone number unless it says otherwise (HL7 v2.5 §2.A.89); FHIR wants a system beside a value (cpt-2).
  const system = equipment ?? new Leaf(value.value.includes('@') ? 'email' : 'phone', value.place, rule);
  const kind = mail ? undefined : lookedUp(at(3), ZIB, rule);
  // A mobile number is one by its type (zib TelecomType MC); its use stays that of XTN.2.
  const untold = place !== undefined && !at(2).filled && kind?.value !== 'MC';
  const use = lookedUp(at(2), USES, rule) ?? (untold ? constant(place, rule) : undefined);
  if (mail && at(2).text.trim() === 'NET') at(2).segment.markUsed(at(2), toldWith(at(4)));
  return {
    system,
    _system: kind && {
      extension: [
        {
          url: constant(CODE_SPECIFICATION, rule),
          valueCodeableConcept: { coding: [{ system: constant(ZIB_SYSTEMS[kind.value], rule), code: kind }] },
        },
      ],
    },
    value,
    use,
    period: periodOf(at(13), at(14), rule, reading),
  };
}

/** Country, area, number and extension apart: `+31 20 1234567 X12`. */
function numberOf(at: (component: number) => Cell, rule: string): Leaf<string> | undefined {
  const [country, area, number, extension] = [at(5), at(6), at(7), at(8)] as const;
  if (number.text.trim() === '') return undefined;
  const words = [
    country.filled ? `+${country.text.trim().replace(/^\+/, '')}` : '',
    area.text.trim(),
    number.text.trim(),
    extension.filled ? `X${extension.text.trim()}` : '',
  ];
  return leafFrom([number, country, area, extension], words.filter((word) => word !== '').join(' '), rule);
}
