/** Geriatric scores of the SEH: DOS, SNAQ65+, Barthel, fall risk (wk-FallRisk) and pressure ulcers. */
import type { CodeableConcept, Condition, Observation } from 'fhir/r4.js';
import { nlCore, SYSTEM, WK_CODES, wkProfile } from '../../profiles/canonical.ts';
import { identifierOf, type ResourceDraft } from '../bundle.ts';
import { constant, type Draft } from '../draft.ts';
import { coding, metaOf, ownId, said, snomed, type Told } from './told.ts';

const COLOUR = { green: 'SNAQ65+ green', orange: 'SNAQ65+ orange', red: 'SNAQ65+ red' } as const;
/** zib PressureUlcer, DecubitusCategorieCodelijst; index 0 is category 1. */
const STAGE = [
  ['421076008', 'decubitus graad 1'],
  ['420324007', 'decubitus graad 2'],
  ['421927004', 'decubitus graad 3'],
  ['420597008', 'decubitus graad 4'],
] as const;
const PRESSURE_ULCER = snomed('399912005', 'Pressure ulcer', 'geriatric.pressure-ulcer');

export function addGeriatric(told: Told): string[] {
  const { geriatric } = told.transfer;
  if (geriatric === undefined) return [];
  const score = (value: number | undefined, field: 'dos' | 'barthel', profile: string, code: Draft<CodeableConcept>) =>
    value === undefined
      ? undefined
      : addScore(told, field, profile, code, {
          valueInteger: said(value, `$.geriatric.${field}`, `geriatric.${field}`),
        });
  const { dos, barthel, snaq65plus, fallRisk, pressureUlcer } = geriatric;
  return [
    score(dos, 'dos', nlCore('DOSScore'), snomed('55681000146102', 'DOS-score', 'geriatric.dos')),
    snaq65plus === undefined
      ? undefined
      : addScore(told, 'snaq65plus', nlCore('SNAQ65plusScore'), SNAQ, { valueCodeableConcept: colourOf(snaq65plus) }),
    score(barthel, 'barthel', nlCore('BarthelADLIndex'), snomed('273302005', 'Barthel-index', 'geriatric.barthel')),
    fallRisk === undefined
      ? undefined
      : addScore(told, 'fallRisk', wkProfile('FallRisk'), FALL_RISK, {
          valueBoolean: said(fallRisk, '$.geriatric.fallRisk', 'geriatric.fall-risk'),
        }),
    pressureUlcer === undefined
      ? undefined
      : pressureUlcer === 0
        ? addScore(told, 'pressureUlcer', undefined, PRESSURE_ULCER, {
            valueBoolean: said(false, '$.geriatric.pressureUlcer', 'geriatric.pressure-ulcer'),
          })
        : addPressureUlcer(told, pressureUlcer),
  ].filter((fullUrl) => fullUrl !== undefined);
}

const SNAQ = snomed('108321000146101', 'SNAQ65+-score', 'geriatric.snaq65plus');
const FALL_RISK: Draft<CodeableConcept> = {
  coding: [coding(WK_CODES, 'fall-risk', 'Fall risk', 'geriatric.fall-risk')],
};

/** The SNAQ65+ ends in a colour; its value in nl-core is a number nobody gave. */
const colourOf = (colour: keyof typeof COLOUR): Draft<CodeableConcept> => ({
  coding: [
    {
      ...coding(WK_CODES, `snaq65plus-${colour}`, COLOUR[colour], 'geriatric.snaq65plus'),
      code: said(`snaq65plus-${colour}`, '$.geriatric.snaq65plus', 'geriatric.snaq65plus'),
    },
  ],
  text: said(colour, '$.geriatric.snaq65plus', 'geriatric.snaq65plus'),
});

function addScore(
  told: Told,
  field: string,
  profile: string | undefined,
  code: Draft<CodeableConcept>,
  value: ResourceDraft<Observation>,
): string {
  const id = ownId(told, `Observation ${field}`);
  return told.bundle.add<Observation>('Observation', id, () => ({
    meta: metaOf(profile),
    identifier: [identifierOf(id)],
    status: constant('final', 'geriatric.status'),
    code,
    subject: told.patient,
    encounter: told.encounter,
    effectiveDateTime: said(told.transfer.geriatric?.at, '$.geriatric.at', 'geriatric.effective'),
    ...value,
  }));
}

function addPressureUlcer(told: Told, category: number): string {
  const id = ownId(told, 'Condition pressure ulcer');
  const stage = STAGE[category - 1];
  if (stage === undefined) throw new RangeError('the schema lets pressure ulcer categories 0 to 4 through');
  const [code, display] = stage;
  return told.bundle.add<Condition>('Condition', id, () => ({
    meta: metaOf(nlCore('PressureUlcer')),
    identifier: [identifierOf(id)],
    clinicalStatus: {
      coding: [
        coding(
          'http://terminology.hl7.org/CodeSystem/condition-clinical',
          'active',
          'Active',
          'geriatric.pressure-ulcer',
        ),
      ],
    },
    code: PRESSURE_ULCER,
    subject: told.patient,
    encounter: told.encounter,
    recordedDate: said(told.transfer.geriatric?.at, '$.geriatric.at', 'geriatric.recorded'),
    stage: [
      {
        summary: {
          coding: [
            {
              ...coding(SYSTEM.snomed, code, display, 'geriatric.pressure-ulcer'),
              code: said(code, '$.geriatric.pressureUlcer', 'geriatric.pressure-ulcer'),
            },
          ],
        },
      },
    ],
  }));
}
