/** The profile of a result or panel: by its code, and by the department that sends it. */
import type { Meta } from 'fhir/r4.js';
import { constant, type Draft } from '../draft.ts';
import { codesOf } from '../hl7v2/datatypes/cwe.ts';
import type { Repetition } from '../hl7v2/message.ts';
import { LAB_RESULT, namesTest, OWN_LAB_RESULT, UNTRANSLATED } from '../lab-profile.ts';
import { untranslatedCode } from '../untranslated.ts';
import type { OrderScope } from './scope.ts';

const RULE = 'lab.result.profile';

interface Claim {
  readonly meta: Draft<Meta> | undefined;
  readonly profile: string | undefined;
}

/** LOINC or NHG 45 among the codes: nl-core. Else our own profile, a mark and a warning at the place of the code. */
export function resultProfile(repetition: Repetition, { section, reading }: OrderScope): Claim {
  if (!section.laboratory) return { meta: undefined, profile: undefined };
  const codes = codesOf(repetition, RULE, reading);
  if (namesTest(codes)) {
    return { meta: { profile: [constant(LAB_RESULT, RULE)] }, profile: LAB_RESULT };
  }
  const text = 'The test has no LOINC or NHG 45 code; it travels as sent.';
  reading.warnings.push({ code: 'untranslated-code', location: repetition.path(), text, ...untranslatedCode(codes) });
  const tag = { system: constant(UNTRANSLATED.system, RULE), code: constant(UNTRANSLATED.code, RULE) };
  return { meta: { profile: [constant(OWN_LAB_RESULT, RULE)], tag: [tag] }, profile: OWN_LAB_RESULT };
}
