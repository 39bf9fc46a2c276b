/** The outcome of the triage in a REF message: the tier, what it rests on, and isolation. */
import type { CodeableConcept, Flag, Observation } from 'fhir/r4.js';
import { nlCore, SYSTEM, WK_CODES, wkProfile } from '../../profiles/canonical.ts';
import type { Issue } from '../../profiles/issue.ts';
import { identifierOf } from '../bundle.ts';
import { constant, type Draft, type Leaf } from '../draft.ts';
import { derivedId, type BusinessId } from '../identity.ts';
import type { SourceSettings, Warning } from '../mapping.ts';
import { codeableConcept } from '../hl7v2/datatypes/cwe.ts';
import { dateTimeOf } from '../hl7v2/datatypes/ts.ts';
import { codeOf, leafAt, textOf } from '../hl7v2/leaf.ts';
import type { Message, Segment } from '../hl7v2/message.ts';
import { keyText, type AboutPatient } from '../hl7v2/segments/about-patient.ts';
import { carryRemainders } from '../hl7v2/segments/remainder.ts';
import { statusOf } from '../lab-oru/status.ts';
import { ISOLATION_CODES } from '../transfer/isolation-codes.ts';
import { cellsAt, type ReferralSegments } from './groups.ts';

const RULE = 'referral.triage';

const TIER_WORDS: Readonly<Record<string, string>> = {
  elv: 'Eerstelijnsverblijf',
  'wijkkliniek-light': 'Wijkkliniek light',
  'wijkkliniek-complex': 'Wijkkliniek complex',
  ziekenhuis: 'Ziekenhuis',
};

export interface Triage {
  /** Every tier the message names: contradicting ones are for the rules to refuse. */
  readonly tiers: readonly Leaf<string>[];
  readonly stable: Leaf<boolean> | undefined;
  readonly diagnostics: Leaf<boolean> | undefined;
  readonly issues: readonly Issue[];
  readonly warnings: readonly Warning[];
}

const error = (code: Issue['code'], expression: string, rule: string, text: string): Issue => ({
  severity: 'error',
  code,
  expression,
  text,
  rule,
});

export function readTriage(message: Message, { own }: ReferralSegments, { referral }: SourceSettings): Triage {
  const issues: Issue[] = [];
  const tiers = (own.get('TIER') ?? []).flatMap((obx) =>
    obx.reps(5).flatMap((repetition) => codeOf(repetition.cell(1), `${RULE}.tier`) ?? []),
  );
  for (const cell of referral?.tier === undefined ? [] : cellsAt(message, referral.tier.path)) {
    const code = cell.text.trim();
    const tier =
      referral?.tier !== undefined && Object.hasOwn(referral.tier.codes, code) ? referral.tier.codes[code] : undefined;
    if (tier === undefined)
      issues.push(error('code-invalid', cell.path(), 'wk-tier-2', 'no tier is known for this code'));
    else tiers.push(leafAt(cell, tier, `${RULE}.tier`));
  }
  if (tiers.length === 0 && issues.length === 0) {
    const text = 'The message names no tier: an OBX with OBX-3 TIER^^WK and the tier in OBX-5.';
    issues.push(error('required', 'OBX', 'wk-tier-1', text));
  }
  const stable = criterion(own.get('haemodynamically-stable'), issues);
  const diagnostics = criterion(own.get('complex-diagnostics-needed'), issues);
  if (stable?.value === false) {
    const text = 'a patient who is not haemodynamically stable is not a wijkkliniek patient';
    issues.push(error('business-rule', stable.place.path(), 'wk-stable', text));
  }
  if (diagnostics?.value === true) {
    const text = 'a patient who needs complex diagnostics is not a wijkkliniek patient';
    issues.push(error('business-rule', diagnostics.place.path(), 'wk-diagnostics', text));
  }
  const unsaid = (code: Warning['code'], text: string): Warning => ({ code, location: 'OBX', text });
  const warnings = [
    stable ?? unsaid('no-stability-statement', 'not stated whether the patient is haemodynamically stable'),
    diagnostics ?? unsaid('no-diagnostics-statement', 'not stated whether complex diagnostics are needed'),
  ].flatMap((one) => ('code' in one ? [one] : []));
  return { tiers, stable, diagnostics, issues, warnings };
}

/** Y or N in OBX-5 (ID, CWE or text); anything else is refused: nobody may guess it. */
function criterion(segments: readonly Segment[] | undefined, issues: Issue[]): Leaf<boolean> | undefined {
  const answers = (segments ?? []).flatMap((obx) => {
    const cell = obx.at(5);
    const answer = { Y: true, N: false }[cell.text.trim().toUpperCase()];
    if (answer !== undefined) return [leafAt(cell, answer, `${RULE}.criterion`)];
    issues.push(error('code-invalid', cell.path(), 'wk-criterion', 'Y or N'));
    return [];
  });
  const other = answers.find(({ value }) => value !== answers[0]?.value);
  if (other !== undefined)
    issues.push(error('business-rule', other.place.path(), 'wk-criterion', 'said twice, otherwise'));
  return answers[0];
}

export const tierConcept = (tier: Leaf<string>): Draft<CodeableConcept> => ({
  coding: [
    {
      system: constant(WK_CODES, `${RULE}.tier`),
      code: tier,
      display:
        TIER_WORDS[tier.value] === undefined ? undefined : constant(TIER_WORDS[tier.value] ?? '', `${RULE}.tier`),
    },
  ],
});

/** wk-TriageOutcome: the tier with what it rests on. */
export function triageEntry(
  about: AboutPatient,
  request: BusinessId,
  { tiers, stable, diagnostics }: Triage,
  { own }: ReferralSegments,
  authoredOn: Leaf<string> | undefined,
): string {
  const { bundle, reading } = about;
  const id = derivedId(reading.source, keyText(request), 'wk-TriageOutcome');
  const wk = (code: string, display: string) => ({
    coding: [{ system: constant(WK_CODES, RULE), code: constant(code, RULE), display: constant(display, RULE) }],
  });
  const answer = (code: string, display: string, valueBoolean: Leaf<boolean> | undefined) =>
    valueBoolean && { code: wk(code, display), valueBoolean };
  return bundle.add<Observation>('Observation', id, () => {
    const [obx] = own.get('TIER') ?? [];
    const said = obx?.at(11).filled === true;
    const [tier] = tiers;
    const draft = {
      meta: { profile: [constant(wkProfile('TriageOutcome'), RULE)] },
      identifier: [identifierOf(id)],
      ...(said
        ? statusOf<Observation['status']>(obx.at(11), 'observation-status', '0085', `${RULE}.status`, reading)
        : { status: constant('final', `${RULE}.status`) }),
      code: wk('triage-outcome', 'Triage outcome'),
      subject: about.patient,
      encounter: about.encounter,
      effectiveDateTime: (obx && dateTimeOf(obx.at(14), `${RULE}.effective`, reading)) ?? authoredOn,
      valueCodeableConcept: tier && tierConcept(tier),
      component: [
        answer('haemodynamically-stable', 'Haemodynamically stable', stable),
        answer('complex-diagnostics-needed', 'Complex diagnostics needed', diagnostics),
      ],
    };
    const segments = ['TIER', 'haemodynamically-stable', 'complex-diagnostics-needed'].flatMap(
      (name) => own.get(name) ?? [],
    );
    return { ...draft, extension: carryRemainders(segments.map(withoutOwnCode), 'referral.remainder') };
  });
}

/** OBX-3 of our own codes is the code of the resource. */
function withoutOwnCode(obx: Segment): Segment {
  for (const cell of obx.unusedCells())
    if (cell.field === 3 || (cell.field === 5 && cell.component === 3)) obx.markUsed(cell);
  return obx;
}

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
        reading.warnings.push({ code: 'untranslated-code', location: obx.rep(5).path(), text: words });
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
