/** Why: the indication as a Condition (nl-core-Problem), the reason of a change or stop as reasonCode. */
import type { CodeableConcept, Condition } from 'fhir/r4.js';
import { nlCore, SYSTEM, wkProfile } from '../../profiles/canonical.ts';
import { identifierOf } from '../bundle.ts';
import { constant, type Draft, type Leaf } from '../draft.ts';
import { codeableConcept, codesOf } from '../hl7v2/datatypes/cwe.ts';
import { textOf } from '../hl7v2/leaf.ts';
import type { Repetition } from '../hl7v2/message.ts';
import { codeText, ownKey } from '../hl7v2/segments/about-patient.ts';
import { diagnosisEntries } from '../hl7v2/segments/dg1.ts';
import { CHANGE_REASONS, NULL_FLAVOR, UNTRANSLATED } from '../medication-profile.ts';
import { PROBLEM_SYSTEMS } from '../nl-core-codes.ts';
import { untranslatedCode } from '../untranslated.ts';
import type { OrderScope } from './scope.ts';

const RULE = 'medication.reason';

export interface Reasons {
  /** Why the medication is changed or stopped (RedenWijzigen_StakenCodelijst). */
  readonly change: Draft<CodeableConcept> | undefined;
  /** urn:uuid of each Condition the medication is for; MP9 takes one as the reason. */
  readonly conditions: readonly string[];
}

/** RXE-27 or RXO-20, ORC-16 of a new order, and DG1 of the order group. */
export function reasonsOf(scope: OrderScope): Reasons {
  const { group, give, control } = scope;
  const why = group.orc?.rep(16);
  const indications = give.together('indication')('indication');
  const spoken = [...indications, ...(why && !control.isChange ? [why] : [])].filter(({ filled }) => filled);
  const conditions = [
    ...spoken.map((repetition) => problemEntry(scope, repetition)),
    ...diagnosisEntries(scope, group.diagnoses).map(({ reference }) => reference),
  ];
  return {
    change: why?.filled === true && control.isChange ? changeReason(why, scope) : undefined,
    conditions: [...new Set(conditions)],
  };
}

/** An indication is what the medication is for now, said by the order and known within it. */
function problemEntry(scope: OrderScope, repetition: Repetition): string {
  const { bundle, reading, numbers } = scope;
  const id = ownKey(scope, 'Condition', numbers.within, `indication ${codeText(repetition)}`);
  return bundle.add<Condition>('Condition', id, () => {
    const codes = codesOf(repetition, RULE, reading);
    const known = codes.some(({ system }) => PROBLEM_SYSTEMS.includes(system));
    if (!known) {
      const text = 'The indication has no code that nl-core knows; it travels as sent.';
      reading.warnings.push({
        code: 'untranslated-code',
        location: repetition.path(),
        text,
        ...untranslatedCode(codes),
      });
    }
    return {
      meta: {
        profile: [constant(known ? nlCore('Problem') : wkProfile('Problem'), RULE)],
        tag: known
          ? undefined
          : [{ system: constant(UNTRANSLATED.system, RULE), code: constant(UNTRANSLATED.code, RULE) }],
      },
      identifier: [identifierOf(id)],
      code: codeableConcept(repetition, RULE, reading),
      subject: scope.patient,
      encounter: scope.encounter,
    };
  });
}

/** A code MP9 knows is one; any other stands beside OTH, with the words of the sender. */
function changeReason(repetition: Repetition, { reading }: OrderScope): Draft<CodeableConcept> | undefined {
  const codes = codesOf(repetition, RULE, reading);
  const concept = codeableConcept(repetition, RULE, reading);
  if (concept === undefined || codes.some(({ system, code }) => system === SYSTEM.snomed && CHANGE_REASONS.has(code)))
    return concept;
  const other = { system: constant(NULL_FLAVOR, RULE), code: constant('OTH', RULE) };
  const own = 'text' in concept ? concept.text : undefined;
  return { coding: [other, ...codes.map(({ coding }) => coding)], text: own ?? wordsOf(repetition) };
}

/** OTH says nothing without words: those of the code, else the code itself. */
function wordsOf(repetition: Repetition): Leaf<string> | undefined {
  for (const component of [2, 5, 1]) {
    const text = textOf(repetition.cell(component), RULE);
    if (text !== undefined) return text;
  }
  return undefined;
}
