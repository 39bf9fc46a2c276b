/** Behandelaanwijzingen: Consent (nl-core-TreatmentDirective2). */
import type { Consent } from 'fhir/r4.js';
import { nlCore, SYSTEM } from '../../profiles/canonical.ts';
import { identifierOf } from '../bundle.ts';
import { constant } from '../draft.ts';
import type { Transfer } from './schema.ts';
import { coding, fixed, metaOf, ownId, said, snomed, type Told } from './told.ts';

type Directive = NonNullable<Transfer['treatmentDirectives']>[number];

/** zib TreatmentDirective2, BehandelingCodelijst. */
const TREATMENT: Record<Directive['treatment'], readonly [code: string, display: string]> = {
  resuscitation: ['89666000', 'cardiopulmonale resuscitatie'],
  icu: ['305351004', 'opname op intensive care'],
  ventilation: ['40617009', 'kunstmatige beademing'],
  'blood-products': ['116762002', 'toediening van bloedproduct'],
  antibiotics: ['281789004', 'antibiotische therapie'],
  'hospital-admission': ['32485007', 'opname in ziekenhuis'],
};
const NICTIZ = 'http://nictiz.nl/fhir/StructureDefinition';

export const addDirectives = (told: Told): string[] =>
  (told.transfer.treatmentDirectives ?? []).map((directive, index) => addDirective(told, directive, index));

function addDirective(told: Told, directive: Directive, index: number): string {
  const path = `$.treatmentDirectives[${index}]`;
  const id = ownId(told, `Consent ${index}`);
  const [code, display] = TREATMENT[directive.treatment];
  const explanation = said(directive.explanation, `${path}.explanation`, 'directive.explanation');
  const decision = directive.decision;
  return told.bundle.add<Consent>('Consent', id, () => ({
    meta: metaOf(nlCore('TreatmentDirective2')),
    // `other` is neither permit nor deny: nl-core wants the decision in words, in a modifier nobody may overlook.
    modifierExtension:
      decision === 'other'
        ? [
            {
              url: said(`${NICTIZ}/ext-TreatmentDirective2.SpecificationOther`, `${path}.decision`, 'directive.other'),
              valueString: explanation ?? said(decision, `${path}.decision`, 'directive.other'),
            },
          ]
        : undefined,
    extension:
      decision !== 'other' && explanation !== undefined
        ? [{ url: constant(`${NICTIZ}/ext-Comment`, 'directive.explanation'), valueString: explanation }]
        : undefined,
    identifier: [identifierOf(id)],
    status: constant('active', 'directive.status'),
    scope: fixed('http://terminology.hl7.org/CodeSystem/consentscope', 'treatment', 'Treatment', 'directive.scope'),
    category: [snomed('129125009', 'Procedure with explicit context', 'directive.category')],
    patient: told.patient,
    dateTime: said(directive.agreedAt, `${path}.agreedAt`, 'directive.agreed'),
    // FHIR wants a policy (ppc-1); this is the one nl-core names where Dutch law is all there is to point at.
    policy: [{ uri: constant('https://wetten.overheid.nl/', 'directive.policy') }],
    provision: {
      type: decision === 'other' ? undefined : said(decision, `${path}.decision`, 'directive.decision'),
      code: [
        {
          coding: [
            {
              ...coding(SYSTEM.snomed, code, display, 'directive.treatment'),
              code: said(code, `${path}.treatment`, 'directive.treatment'),
            },
          ],
        },
      ],
    },
  }));
}
