/**
 * A patient and her stay to ADT^A08 (HL7 v2.5 §3.3.8) for a partner that takes no FHIR: the inverse of `admin-adt`. What
 * the sender took away (`""`) is taken away there too.
 */
import { constant, type Leaf } from '../draft.ts';
import { aboutPatient } from '../hl7v2/write/about.ts';
import { allergySegment, diagnosisSegment } from '../hl7v2/write/clinical.ts';
import type { V2Mapping } from '../hl7v2/write/message.ts';
import { SheetSegment } from '../hl7v2/write/sheet.ts';
import { putBack } from '../hl7v2/write/put-back.ts';
import { restSegment } from '../hl7v2/write/rest.ts';
import { each } from '../hl7v2/write/spot.ts';
import { nowOf } from '../hl7v2/write/partner.ts';
import { resultSegments } from '../to-oru/result.ts';

const RULE = 'to-adt';

/** Refused: no or several patients, and a merge: A08 changes one patient and joins none. */
export const toAdt: V2Mapping = {
  id: 'to-adt',
  version: '1.0.0',
  type: ['ADT', 'A08', 'ADT_A01'],
  write(writing) {
    const { entries } = writing;
    const patients = entries.of('Patient');
    if (patients.length !== 1 || patients.some((one) => each(one.at('link')).length > 0)) {
      const text = 'ADT^A08 is about one patient and joins none: tell the receiver of a merge yourself';
      return {
        issues: [{ severity: 'error', code: 'not-supported', expression: 'Bundle', text, rule: 'one-patient' }],
      };
    }
    const evn = new SheetSegment('EVN', {
      1: constant('A08', RULE),
      2: nowOf(writing, RULE),
    });
    const about = aboutPatient(writing, 'PD1', 'NK1');
    const problems = entries.of('Condition').map((one, at) => diagnosisSegment(one, at + 1, writing));
    const allergies = entries.of('AllergyIntolerance').map((one, at) => allergySegment(one, at + 1, writing));
    let next = 1;
    const said: Leaf<string>[] = [];
    const observed = entries.of('Observation').flatMap((one) => {
      const subId = (one.value?.component?.length ?? 0) > 0 ? String(next) : '';
      const { segments, comments } = resultSegments(one, next, subId, writing);
      said.push(...comments);
      next += segments.length;
      putBack(one, segments.slice(0, 1));
      one.at('category').pass('the code says it');
      return segments;
    });
    for (const stay of entries.of('Encounter')) {
      putBack(stay, [evn, ...problems]);
    }
    const stay = about.stay.length > 0 ? about.stay : [noStay()];
    const words = restSegment([...said, ...about.rest()], next);
    return [evn, ...about.person, ...stay, ...observed, ...words, ...allergies, ...problems];
  },
};

/** PV1 is required; N of table 0004: no stay is meant. */
const noStay = (): SheetSegment => new SheetSegment('PV1', { 1: constant('1', RULE), 2: constant('N', RULE) });
