/** Timing statements to Dosage.timing: only what the table of repeat patterns holds is structured, the rest is kept as said. */
import type { CodeableConcept, Timing } from 'fhir/r4.js';
import { constant, Leaf, type Draft } from '../draft.ts';
import { periodOf } from '../hl7v2/datatypes/ts.ts';
import { leafAt, textOf, toldWith, type Reading } from '../hl7v2/leaf.ts';
import { NULL_FLAVOR } from '../medication-profile.ts';
import { v2Table } from '../terminology/translate.ts';
import { asNeededIn, occurrences, repeatOf, timesOfDay, type Repeat } from './repeat.ts';
import type { Pattern, Statement } from './statement.ts';
import { untranslatedCode } from '../untranslated.ts';

const RULE = 'medication.timing';

/** Timing, PRN, conditions and words of one statement; elements of Dosage. */
export interface TimedDosage {
  readonly timing?: Draft<Timing> | undefined;
  readonly asNeededBoolean?: Leaf<boolean>;
  readonly asNeededCodeableConcept?: Draft<CodeableConcept>;
  readonly additionalInstruction?: readonly Draft<CodeableConcept>[] | undefined;
  readonly text?: Leaf<string> | undefined;
}

/** @param bounded the statement is one of several: its own start and end bound it */
export function timedDosage(statement: Statement, bounded: boolean, reading: Reading): TimedDosage {
  const { patterns, condition, priority } = statement;
  const flags = patterns.filter(({ code }) => asNeededIn(code.text.trim()).asNeeded);
  // Table 0485: PRN is a priority too.
  const flag = flags[0]?.code ?? (priority.text.trim() === 'PRN' ? priority : undefined);
  const frequencies = patterns.filter(({ code }) => !code.filled || asNeededIn(code.text.trim()).rest !== '');
  const why = textOf(condition, `${RULE}.condition`);
  const reason = why && other(why);
  if (flag && reason) flag.segment.markUsed(flag, toldWith(condition));
  return {
    timing: timingOf(statement, frequencies, bounded, reading),
    ...(flag === undefined
      ? { additionalInstruction: reason && [reason] }
      : reason
        ? { asNeededCodeableConcept: reason }
        : { asNeededBoolean: leafAt(flag, true, `${RULE}.as-needed`) }),
    text: textOf(statement.text, `${RULE}.text`),
  };
}

/** Words where MP9 requires a code: OTH with the text as said. */
export const other = (text: Leaf<string>): Draft<CodeableConcept> => ({
  coding: [{ system: constant(NULL_FLAVOR, RULE), code: constant('OTH', RULE) }],
  text,
});

function timingOf(
  statement: Statement,
  frequencies: readonly Pattern[],
  bounded: boolean,
  reading: Reading,
): Draft<Timing> {
  const [pattern, ...more] = frequencies;
  const known = pattern && more.length === 0 ? repeatOf(pattern) : undefined;
  // Beside a frequency that could not be read, a clock time or a count would say more than is known.
  const readable = pattern === undefined || known !== undefined;
  if (!readable) {
    const text = 'The frequency is not in the table of repeat patterns; it travels as text.';
    const coding = untranslatedCode([{ code: pattern.code.text, display: pattern.words[0]?.text }]);
    reading.warnings.push({ code: 'untranslated-code', location: pattern.code.path(), text, ...coding });
  }
  const limits = readable ? occurrences(statement) : {};
  const repeat: Repeat = {
    ...known,
    ...limits,
    count: known?.count ?? limits.count,
    boundsPeriod: bounded ? periodOf(statement.start, statement.end, `${RULE}.bounds`, reading) : undefined,
    timeOfDay: readable && known?.when === undefined ? timesOfDay(statement.times) : undefined,
  };
  return { repeat, code: codeOfPatterns(frequencies) };
}

const TABLE_0335 =
  /^(?:Q[1-9]\d*[SMHDWL]|Q(?:[1-9]\d*)?J[1-7]|QD|[BTQ]ID|\d+ID|QAM|QPM|QHS|QOD|QSHIFT|C|Once|PRN.*|[API]C[MDV])$/;

/** The codes as said: of HL7 table 0335 a coding, others text. */
function codeOfPatterns(patterns: readonly Pattern[]): Draft<CodeableConcept> | undefined {
  const [first, ...more] = patterns.filter(({ code }) => code.filled);
  if (first === undefined) return undefined;
  const rule = `${RULE}.code`;
  const code = first.code.text.trim();
  if (more.length === 0 && TABLE_0335.test(code)) {
    const [words, system] = first.words;
    if (system?.text.trim() === 'HL70335') system.segment.markUsed(system, toldWith(first.code));
    const display = words && textOf(words, rule);
    return { coding: [{ system: constant(v2Table('0335'), rule), code: leafAt(first.code, code, rule), display }] };
  }
  const all = [first, ...more].map((pattern) => {
    const said = [pattern.code, ...pattern.words.slice(0, 1)].filter(({ filled }) => filled);
    for (const cell of said) cell.segment.markUsed(cell, cell === first.code ? '' : toldWith(first.code));
    return said.map(({ text }) => text.trim()).join(' ');
  });
  return { text: new Leaf(all.join(', '), first.code, rule) };
}
