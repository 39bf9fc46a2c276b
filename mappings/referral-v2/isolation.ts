/** Isolation in a REF message: a Flag (nl-core-Alert). */
import type { Flag } from 'fhir/r4.js';
import { nlCore, SYSTEM, WK_CODES, wkProfile } from '../../profiles/canonical.ts';
import { identifierOf } from '../bundle.ts';
import { constant } from '../draft.ts';
import { derivedId, type BusinessId } from '../identity.ts';
import { codeableConcept, codesOf } from '../hl7v2/datatypes/cwe.ts';
import { textOf } from '../hl7v2/leaf.ts';
import { keyText, type AboutPatient } from '../hl7v2/segments/about-patient.ts';
import { carryRemainders } from '../hl7v2/segments/remainder.ts';
import { ISOLATION_CODES } from '../transfer/isolation-codes.ts';
import { withoutOwnCode, type ReferralSegments } from './groups.ts';
import { untranslatedCode } from '../untranslated.ts';

/** OBX `isolation^^WK`: a Flag marked so that the advance notice can tell it from other flags. */
export const isolationEntries = (about: AboutPatient, request: BusinessId, { own }: ReferralSegments): string[] =>
  (own.get('isolation') ?? []).map((obx, index) => {
    const { bundle, reading } = about;
    const rule = 'referral.isolation';
    const id = derivedId(reading.source, keyText(request), `Flag isolation ${index}`);
    return bundle.add<Flag>('Flag', id, () => {
      const coded = /^(CE|CWE|CNE|CF)$/.test(obx.at(2).text.trim());
      const text = coded ? undefined : textOf(obx.at(5), rule);
      const code = coded ? codeableConcept(obx.rep(5), rule, reading) : text && { text };
      const known = obx.at(5, 3).text.trim() === 'SCT' && ISOLATION_CODES.includes(obx.at(5).text.trim());
      if (!known) {
        const words = 'nl-core-Alert knows no such code; the isolation travels as it was said';
        const coding = coded ? untranslatedCode(codesOf(obx.rep(5), rule, reading)) : {};
        reading.warnings.push({ code: 'untranslated-code', location: obx.rep(5).path(), text: words, ...coding });
      }
      const tag = { system: constant(WK_CODES, rule), code: constant('untranslated', rule) };
      const category = (system: string, value: string, display: string) => ({
        coding: [{ system: constant(system, rule), code: constant(value, rule), display: constant(display, rule) }],
      });
      const draft = {
        meta: {
          profile: [constant(known ? nlCore('Alert') : wkProfile('Alert'), rule)],
          tag: known ? undefined : [tag],
        },
        identifier: [identifierOf(id)],
        status: constant('active', rule),
        category: [category(SYSTEM.loinc, '74018-3', 'Alert'), category(WK_CODES, 'isolation', 'Isolation')],
        code,
        subject: about.patient,
        encounter: about.encounter,
      };
      return { ...draft, extension: carryRemainders([withoutOwnCode(obx)], 'referral.remainder') };
    });
  });
