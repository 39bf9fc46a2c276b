/** OBR-15 (SPS, until v2.6) to Specimen, for messages without SPM (v2-to-FHIR: OBR[Specimen], SPS[Specimen]). */
import type { Specimen } from 'fhir/r4.js';
import { identifierOf } from '../bundle.ts';
import { codeSystemNamed, type ReadCode } from '../hl7v2/datatypes/cwe.ts';
import { decimalOf } from '../hl7v2/datatypes/nm.ts';
import { dateTimeOf } from '../hl7v2/datatypes/ts.ts';
import { codeOf, leafAt, textOf, type Reading } from '../hl7v2/leaf.ts';
import type { Segment } from '../hl7v2/message.ts';
import { v2Table } from '../terminology/translate.ts';
import { markField, textOfField } from './fields.ts';
import { collectedWith, profileOf, type SpecimenScope } from './specimen.ts';
import { translatedType } from './specimen-type.ts';

const RULE = 'lab.specimen';
const REPEATED = 'the same specimen stands with an earlier order';

/** Undefined when OBR-15 says no type. */
export function specimenSourceEntry(scope: SpecimenScope, obr: Segment): string | undefined {
  const code = sourceCode(obr, scope.reading);
  const repetition = obr.rep(15);
  if (code === undefined) return undefined;
  const words = [scope.numbers.within, ...[7, 8, 9, 14, 15].map((field) => textOfField(obr, field))].join('|');
  const known = scope.specimens.get(words);
  if (known !== undefined) {
    for (const field of [9, 14, 15]) markField(obr, field, REPEATED);
    return known;
  }
  const id = scope.keys.key(scope.numbers.within, `specimen|${code.code}`);
  const reference = scope.bundle.add<Specimen>('Specimen', id, () => {
    const volume = decimalOf(obr.at(9), RULE);
    const type = translatedType([code], repetition, scope.reading);
    return {
      ...profileOf(type),
      identifier: [identifierOf(id)],
      type: type.concept,
      subject: scope.subject,
      receivedTime: dateTimeOf(obr.at(14), RULE, scope.reading),
      collection: {
        ...collectedWith(scope.effective),
        quantity: volume && { value: volume, unit: textOf(obr.at(9, 2), RULE) },
      },
    };
  });
  scope.specimens.set(words, reference);
  return reference;
}

/** SPS.1 is a CWE in subcomponents: code, text, system. Without a system it is of table 0070. */
function sourceCode(obr: Segment, reading: Reading): ReadCode | undefined {
  const cell = obr.at(15);
  const code = codeOf(cell, RULE);
  if (code === undefined) return undefined;
  const name = obr.at(15, 1, 3);
  const system = name.filled
    ? codeSystemNamed(name.text.trim(), reading.source)
    : { uri: v2Table('0070'), local: false };
  const display = textOf(obr.at(15, 1, 2), RULE);
  return {
    coding: { system: leafAt(name.filled ? name : cell, system.uri, RULE), code, display },
    system: system.uri,
    code: code.value,
    display: display?.value,
    local: system.local,
    cell,
  };
}
