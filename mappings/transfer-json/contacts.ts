/** Who knows the patient: RelatedPerson (nl-core-ContactPerson). */
import type { CodeableConcept, RelatedPerson } from 'fhir/r4.js';
import { nlCore, WK_BASE } from '../../profiles/canonical.ts';
import { identifierOf } from '../bundle.ts';
import { constant, type Draft } from '../draft.ts';
import { telecomOf } from './patient.ts';
import relations from './relations.json' with { type: 'json' };
import { metaOf, ownId, said, type Told } from './told.ts';

const CONCEPT_MAP = `${WK_BASE}/ConceptMap/wk-relation`;

const COMMON: ReadonlyMap<string, { readonly system: string; readonly code: string; readonly display: string }> =
  new Map(
    relations.flatMap(({ system, code, display, words }) => words.map((word) => [word, { system, code, display }])),
  );

export const addContacts = (told: Told): string[] =>
  (told.transfer.contacts ?? []).map((contact, index) => {
    const path = `$.contacts[${index}]`;
    const id = ownId(told, `RelatedPerson ${index}`);
    return told.bundle.add<RelatedPerson>('RelatedPerson', id, () => ({
      meta: metaOf(nlCore('ContactPerson')),
      identifier: [identifierOf(id)],
      patient: told.patient,
      relationship: [relationship(contact.relation, `${path}.relation`)],
      name: [{ use: constant('official', 'contact.name'), text: said(contact.name, `${path}.name`, 'contact.name') }],
      telecom: telecomOf(contact, path),
    }));
  });

/** The word as said, with a code beside it where the word is exactly one of the list. */
function relationship(relation: string | undefined, path: string): Draft<CodeableConcept> | undefined {
  if (relation === undefined) return undefined;
  const known = COMMON.get(relation.trim().toLowerCase());
  return {
    coding: known && [
      {
        system: constant(known.system, 'contact.relation'),
        code: said(known.code, path, 'contact.relation', CONCEPT_MAP),
        display: constant(known.display, 'contact.relation'),
      },
    ],
    text: said(relation, path, 'contact.relation'),
  };
}
