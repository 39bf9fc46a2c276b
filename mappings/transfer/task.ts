/** The coordination task of a transfer (Twiin TA Workflow): hosted by the gateway, moved by the VVT and the hospital. */
import type { Reference, Task } from 'fhir/r4.js';
import { SYSTEM, WK_TASK, wkProfile } from '../../profiles/canonical.ts';
import { identifierOf, type ResourceDraft } from '../bundle.ts';
import { constant, region, type Draft } from '../draft.ts';
import { uuidV5, type BusinessId } from '../identity.ts';
import type { MappingContext } from '../mapping.ts';
import { locationReference, type Destination } from './wijkkliniek.ts';

/** Twiin's code system of the workflow agreement. */
export const TA_WORKFLOW = 'https://fhir.twiin.nl/ig/workflow/CodeSystem/ta-workflow';

/** Id under which the gateway hosts the Task; without a gateway (`map`) one derived from the request. */
export const taskIdOf = ({ source, taskId }: MappingContext, request: BusinessId): BusinessId => ({
  system: WK_TASK,
  value: taskId ?? uuidV5(['Task', source.party?.id ?? source.id, request.system, request.value].join('\u001f')),
});

/** What the gateway lays down in the Task; `focus`, `for` and `authoredOn` come from the message. */
export function coordinationTask(
  context: MappingContext,
  destination: Destination,
  request: BusinessId,
): { readonly id: BusinessId; readonly draft: ResourceDraft<Task> } {
  const id = taskIdOf(context, request);
  const { wijkkliniek, party } = destination;
  const { party: sender } = context.source;
  const rule = 'task';
  return {
    id,
    draft: {
      // wk-TransferTask wants both sides; without a region neither is known.
      meta:
        sender === null || party === undefined ? undefined : { profile: [constant(wkProfile('TransferTask'), rule)] },
      identifier: [identifierOf(id)],
      // Without negotiation nothing is asked: the transfer begins, and the handoff goes at once.
      status:
        wijkkliniek?.negotiation === false
          ? region('in-progress', 'task.status')
          : constant('requested', 'task.status'),
      intent: constant('order', rule),
      code: { coding: [{ system: constant(SYSTEM.taskCode, rule), code: constant('fulfill', rule) }] },
      requester: sender === null ? undefined : organisation(sender, 'task.requester'),
      owner: party === undefined ? undefined : organisation(party, 'task.owner'),
      location: locationReference(destination),
      input: [
        {
          type: { coding: [{ system: constant(TA_WORKFLOW, rule), code: constant('type-of-work', rule) }] },
          valueCodeableConcept: {
            coding: [
              {
                system: constant(SYSTEM.snomed, rule),
                code: constant('308292007', rule),
                display: constant('Transfer of care (procedure)', rule),
              },
            ],
          },
        },
      ],
    },
  };
}

/** An organisation of the coalition by its URA (else AGB); the name is for people. */
function organisation(
  party: { readonly name: string; readonly ura?: string; readonly agb?: string },
  rule: string,
): Draft<Reference> {
  const number =
    party.ura !== undefined
      ? { system: constant(SYSTEM.ura, rule), value: region(party.ura, rule) }
      : party.agb !== undefined
        ? { system: constant(SYSTEM.agb, rule), value: region(party.agb, rule) }
        : undefined;
  return { type: constant('Organization', rule), identifier: number, display: region(party.name, rule) };
}
