/** A transfer request in plain JSON (`POST /transfers`): the one description of it; /openapi.json is generated from it. */
import { z } from 'zod';
import { allergy, geriatric, isolation, medication, treatmentDirective, vitalSign } from './schema/clinical.ts';
import { careTeamMember, contact, patient, requester } from './schema/people.ts';
import { concept, moment, text } from './schema/text.ts';

export const transferSchema = z
  .strictObject({
    requestId: text(128).describe('The hospital’s own id of this request: sending it again has no second effect'),
    requestedAt: moment.describe('When the transfer was requested'),
    to: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'id of a wijkkliniek').optional().describe('Wijkkliniek that is asked; absent: the region’s own'), // prettier-ignore
    priority: z.enum(['routine', 'urgent', 'asap', 'stat']).optional(),
    patient,
    encounter: z
      .strictObject({ number: text(64).optional(), start: moment.optional() })
      .optional()
      .describe('The visit to the SEH'),
    tier: z
      .enum(['elv', 'wijkkliniek-light', 'wijkkliniek-complex', 'ziekenhuis'])
      .describe('Outcome of the triage; only the two wijkkliniek tiers are a transfer to a wijkkliniek'),
    haemodynamicallyStable: z.boolean().optional().describe('false: refused. Absent: a warning'),
    complexDiagnosticsNeeded: z.boolean().optional().describe('true: refused. Absent: a warning'),
    reason: concept.describe('Why the patient needs care: the problem the wijkkliniek will treat'),
    requester: requester.optional().describe('Who asks, at the SEH'),
    careTeam: z.array(careTeamMember).min(1).describe('Who will treat, with exactly one regiebehandelaar (RESP)'),
    allergies: z.array(allergy).optional().describe('[]: asked, none known. Absent: not stated (a warning)'),
    medication: z.array(medication).optional().describe('Use as told at the SEH. []: asked, none. Absent: not stated'),
    treatmentDirectives: z.array(treatmentDirective).optional().describe('Behandelaanwijzingen'),
    vitalSigns: z.array(vitalSign).optional(),
    geriatric: geriatric.optional(),
    goals: z.array(text(2000)).optional().describe('What the stay is for, in words'),
    contacts: z.array(contact).optional(),
    isolation: z
      .union([isolation, text(1000)])
      .nullish()
      .describe('Reason for isolation as a concept or in words; null: none'),
  })
  .describe('A request to transfer a patient from the SEH to a wijkkliniek');

export type Transfer = z.output<typeof transferSchema>;
