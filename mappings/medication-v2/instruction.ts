/** The words of an instruction as the sender wrote them: RXE-7 or RXO-7, else RXE-21 or RXO-6. They are never parsed. */
import type { CodeableConcept } from 'fhir/r4.js';
import type { Draft, Leaf } from '../draft.ts';
import { codesOf } from '../hl7v2/datatypes/cwe.ts';
import { formattedOf, joinedLeaf, type Reading } from '../hl7v2/leaf.ts';
import type { Cell, Repetition } from '../hl7v2/message.ts';
import { NHG_25 } from '../medication-profile.ts';
import type { Give } from './give.ts';

const RULE = 'medication.instruction';

export interface Instruction {
  /** How to take or give it, whole. */
  readonly rendered: Leaf<string> | undefined;
  /** NHG table 25: coded additions (1137 is zo nodig). */
  readonly coded: readonly Draft<CodeableConcept>[];
  /** Words for the pharmacy, beside those for who gives it. */
  readonly remarks: readonly Leaf<string>[];
}

export function instructionOf(give: Give, reading: Reading): Instruction {
  const administration = give.together('administration')('administration');
  const dispensing = give.together('dispensing')('dispensing');
  const told = administration.some((repetition) => wordsIn(repetition) !== undefined) ? administration : dispensing;
  const others = told === administration ? dispensing : [];
  return {
    rendered: joined(told),
    coded: [...told, ...others].flatMap((repetition) => nhg(repetition, reading)),
    remarks: others.flatMap((repetition) => joined([repetition]) ?? []),
  };
}

/** CWE.9, CWE.2, or CWE.1 where it is all there is. */
function wordsIn(repetition: Repetition): Cell | undefined {
  const [original, words, alone] = [repetition.cell(9), repetition.cell(2), repetition.cell(1)];
  if (original.text.trim() !== '') return original;
  if (words.text.trim() !== '') return words;
  return alone.text.trim() !== '' && !repetition.cell(3).filled ? alone : undefined;
}

/** Repetitions are lines of one instruction. */
function joined(repetitions: readonly Repetition[]): Leaf<string> | undefined {
  const lines = repetitions.flatMap((repetition) => {
    const cell = wordsIn(repetition);
    return (cell && formattedOf(cell, RULE)) ?? [];
  });
  const [first, ...others] = lines;
  if (first === undefined || others.length === 0) return first;
  return joinedLeaf([first, ...others], lines.map(({ value }) => value).join('\n'), RULE);
}

function nhg(repetition: Repetition, reading: Reading): Draft<CodeableConcept>[] {
  if (repetition.cell(3).text.trim() === '' && repetition.cell(6).text.trim() === '') return [];
  const codes = codesOf(repetition, RULE, reading);
  const words = wordsIn(repetition);
  // Of another system there is no place for a code here: it travels as a source field.
  for (const { cell, system } of codes) {
    if (system === NHG_25) continue;
    for (const part of [0, 1, 2].map((after) => repetition.cell(cell.component + after))) {
      if (part.component !== words?.component) part.segment.release(part);
    }
  }
  return codes.filter(({ system }) => system === NHG_25).map(({ coding }) => ({ coding: [coding] }));
}
