/** What the stay is for: Goal (nl-core-TreatmentObjective), in the sender's words. */
import type { Goal } from 'fhir/r4.js';
import { nlCore } from '../../profiles/canonical.ts';
import { identifierOf } from '../bundle.ts';
import { constant } from '../draft.ts';
import { metaOf, ownId, said, type Told } from './told.ts';

export const addGoals = (told: Told): string[] =>
  (told.transfer.goals ?? []).map((goal, index) => {
    const id = ownId(told, `Goal ${index}`);
    return told.bundle.add<Goal>('Goal', id, () => ({
      meta: metaOf(nlCore('TreatmentObjective')),
      identifier: [identifierOf(id)],
      // The hospital proposes; whether the goal is taken up is for the regiebehandelaar of the wijkkliniek.
      lifecycleStatus: constant('proposed', 'goal.status'),
      description: { text: said(goal, `$.goals[${index}]`, 'goal.text') },
      subject: told.patient,
    }));
  });
