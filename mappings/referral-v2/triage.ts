/** The outcome of the triage in a REF message: the tier and what it rests on. */
import type { CodeableConcept, Observation } from 'fhir/r4.js';
import { WK_CODES, wkProfile } from '../../profiles/canonical.ts';
import type { Issue } from '../../profiles/issue.ts';
import { identifierOf } from '../bundle.ts';
import { constant, type Draft, type Leaf } from '../draft.ts';
import { derivedId, type BusinessId } from '../identity.ts';
import type { SourceSettings, Warning } from '../mapping.ts';
import { dateTimeOf } from '../hl7v2/datatypes/ts.ts';
import { codeOf, leafAt } from '../hl7v2/leaf.ts';
import type { Message, Segment } from '../hl7v2/message.ts';
import { keyText, type AboutPatient } from '../hl7v2/segments/about-patient.ts';
import { carryRemainders } from '../hl7v2/segments/remainder.ts';
import { statusOf } from '../lab-oru/status.ts';
import { cellsAt, withoutOwnCode, type ReferralSegments } from './groups.ts';

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
