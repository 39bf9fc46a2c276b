/** Specimen to SPM: the inverse of `lab-oru/specimen.ts`. */
import type { Specimen } from 'fhir/r4.js';
import { constant } from '../draft.ts';
import { cwe } from '../hl7v2/write/codes.ts';
import { entityParts, numberTyped } from '../hl7v2/write/numbers.ts';
import type { Writing } from '../hl7v2/write/partner.ts';
import { inTable, times } from '../hl7v2/write/persons.ts';
import { putBack } from '../hl7v2/write/put-back.ts';
import { rep, SheetSegment, type Said } from '../hl7v2/write/sheet.ts';
import { each, type Spot } from '../hl7v2/write/spot.ts';
import { writeTime } from '../hl7v2/time.ts';

const RULE = 'to-oru.specimen';

export function specimenSegment(specimen: Spot<Specimen>, index: number, { partner }: Writing): SheetSegment {
  const time = (text: string): string => writeTime(text, partner.timezone);
  const taken = specimen.at('collection');
  const number = (type: string): readonly Said[] => entityParts(numberTyped(specimen.at('identifier'), type), partner);
  const [container] = each(specimen.at('container'));
  const [start, end] = times(taken.at('collectedPeriod'), partner);
  const amount = taken.at('quantity');
  const spm = new SheetSegment('SPM', {
    1: constant(String(index), RULE),
    2: rep(number('PLAC'), number('FILL')),
    4: cwe(specimen.at('type'), partner),
    6: container && cwe(container.at('additiveCodeableConcept'), partner),
    7: cwe(taken.at('method'), partner),
    8: cwe(taken.at('bodySite'), partner),
    12: rep(amount.at('value').said(RULE), amount.at('unit').said(RULE)),
    14: each(specimen.at('note')).map((note) => rep(note.at('text').said(RULE))),
    17: rep(taken.at('collectedDateTime').saidAs(RULE, time) ?? start, end),
    18: specimen.at('receivedTime').saidAs(RULE, time),
    20: inTable(specimen.at('status'), { available: 'Y', unavailable: 'N' }, RULE),
    24: each(specimen.at('condition')).map((one) => cwe(one, partner)),
    27: container && cwe(container.at('type'), partner),
  });
  putBack(specimen, [spm]);
  return spm;
}
