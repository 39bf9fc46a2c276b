/** Which question a document answers: the order number of the one who asked (TXA-14, ORC-2, OBR-2), or an earlier document. */
import type { Identifier } from 'fhir/r4.js';
import type { Draft } from '../draft.ts';
import { entityNumber, type EntityNumber } from '../hl7v2/datatypes/ei.ts';
import type { Reading } from '../hl7v2/leaf.ts';
import type { Message, Repetition, Segment } from '../hl7v2/message.ts';
import { saidAgain } from '../hl7v2/told-before.ts';

const RULE = 'mdm.question';

export interface Question {
  /** Numbers the ServiceRequest of the question is known by, each once. */
  readonly orders: readonly Draft<Identifier>[];
  /** TXA-13: the document this one is added to. */
  readonly parent: Draft<Identifier> | undefined;
  /** Names the question; undefined when nothing does. */
  readonly key: string | undefined;
}

export function questionOf(message: Message, txa: Segment, reading: Reading): Question {
  const repetitions = [
    ...txa.reps(14),
    ...message.all('ORC').map((orc) => orc.rep(2)),
    ...message.all('OBR').map((obr) => obr.rep(2)),
  ];
  const numbers: EntityNumber[] = [];
  const places: Repetition[] = [];
  for (const repetition of repetitions) {
    const number = entityNumber(repetition, 'placer-order', RULE, reading, 'PLAC');
    if (number === undefined) continue;
    const { system, value } = number.id;
    const before = places[numbers.findIndex(({ id }) => id.system === system && id.value === value)];
    if (before !== undefined) saidAgain(before, repetition);
    else {
      numbers.push(number);
      places.push(repetition);
    }
  }
  const parent = entityNumber(txa.rep(13), 'document', RULE, reading);
  const named = (numbers[0] ?? parent)?.id;
  return {
    orders: numbers.map(({ identifier }) => identifier),
    parent: parent?.identifier,
    key: named && `${named.system}|${named.value}`,
  };
}
