/** What the VVT and the specialist say to each other in the demo, and what she goes home with, as FHIR. */
import { SYSTEM, WK_CODES } from '../../../profiles/canonical.ts';
import type { DemoPerson } from './person.ts';
import type { Story } from './stories.ts';

const subject = (person: DemoPerson): object => ({ identifier: { system: SYSTEM.bsn, value: person.bsn } });

const patient = (person: DemoPerson): object => ({
  fullUrl: 'urn:uuid:0f0f0f0f-0000-4000-8000-000000000001',
  resource: { resourceType: 'Patient', identifier: [{ system: SYSTEM.bsn, value: person.bsn }], gender: 'female' },
  request: { method: 'PUT', url: 'Patient' },
});

const bundle = (id: string, person: DemoPerson, resources: readonly object[]): unknown => ({
  resourceType: 'Bundle',
  type: 'transaction',
  identifier: { system: 'urn:ietf:rfc:3986', value: `urn:demo:${id}` },
  entry: [
    patient(person),
    ...resources.map((resource) => ({
      resource,
      request: { method: 'POST', url: (resource as { resourceType: string }).resourceType },
    })),
  ],
});

const identifier = (id: string): object[] => [{ system: 'urn:demo:wijkkliniek', value: id }];

/** The VVT asks the specialist (co-treatment, NZa 190017). */
export const coTreatmentQuestion = (person: DemoPerson, story: Story, id: string, at: Date): unknown =>
  bundle(`${id}-question`, person, [
    {
      resourceType: 'ServiceRequest',
      identifier: identifier(`${id}-question`),
      status: 'active',
      intent: 'order',
      code: {
        coding: [
          { system: SYSTEM.nza, code: '190017' },
          { system: WK_CODES, code: 'co-treatment' },
        ],
      },
      subject: subject(person),
      authoredOn: at.toISOString(),
      requester: { display: story.regie.name },
      reasonCode: [{ text: story.question }],
    },
  ]);

/** The specialist answers. */
export const coTreatmentAnswer = (person: DemoPerson, story: Story, id: string, at: Date): unknown =>
  bundle(`${id}-answer`, person, [
    {
      resourceType: 'Communication',
      identifier: identifier(`${id}-answer`),
      status: 'completed',
      inResponseTo: [{ type: 'ServiceRequest', identifier: identifier(`${id}-question`)[0] }],
      subject: subject(person),
      sent: at.toISOString(),
      sender: { display: story.mede.name },
      payload: [{ contentString: story.answer }],
    },
  ]);

/** The VVT discharges her home: to huisarts, pharmacy, home care and hospital. */
export const discharge = (person: DemoPerson, story: Story, id: string, at: Date): unknown =>
  bundle(`${id}-discharge`, person, [
    {
      resourceType: 'ServiceRequest',
      identifier: identifier(`${id}-discharge-request`),
      status: 'active',
      intent: 'order',
      code: { coding: [{ system: SYSTEM.snomed, code: '308292007' }] },
      subject: subject(person),
      authoredOn: at.toISOString(),
    },
    {
      resourceType: 'Encounter',
      identifier: identifier(`${id}-stay`),
      status: 'finished',
      class: { system: SYSTEM.actCode, code: 'IMP' },
      subject: subject(person),
      period: { start: at.toISOString(), end: at.toISOString() },
      hospitalization: { dischargeDisposition: { coding: [{ system: SYSTEM.snomed, code: '264362003' }] } },
    },
    {
      resourceType: 'MedicationStatement',
      identifier: identifier(`${id}-medication`),
      status: 'active',
      medicationCodeableConcept: { text: story.medication.said },
      subject: subject(person),
      effectivePeriod: { start: at.toISOString() },
      dosage: [{ text: story.medication.said }],
    },
    {
      resourceType: 'Composition',
      identifier: identifier(`${id}-discharge`)[0],
      status: 'final',
      type: { coding: [{ system: SYSTEM.loinc, code: '18842-5' }] },
      subject: subject(person),
      date: at.toISOString(),
      author: [{ display: story.regie.name }],
      title: 'Ontslagbericht wijkkliniek',
      section: [
        {
          title: 'Beloop',
          text: {
            status: 'additional',
            div: `<div xmlns="http://www.w3.org/1999/xhtml">${story.reason.text}: hersteld.</div>`,
          },
        },
      ],
    },
  ]);
