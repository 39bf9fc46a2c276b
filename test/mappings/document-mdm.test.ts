import type { Communication, Composition, DocumentReference, FhirResource } from 'fhir/r4.js';
import { outputOf } from './samples.ts';

const first = <T extends FhirResource>(name: string, type: T['resourceType']): T | undefined =>
  outputOf('document-mdm', name).entry?.flatMap(({ resource }) =>
    resource?.resourceType === type ? [resource as T] : [],
  )[0];

describe('an answer', () => {
  test('responds to the question by its order number, and its words stand in sections', () => {
    const reply = first<Communication>('answer-geriatrics-hix', 'Communication');
    expect(reply).toMatchObject({
      status: 'completed',
      inResponseTo: [
        {
          identifier: {
            system: 'https://fhir.wijkkliniek.example/NamingSystem/local/placer-order/CORDAAN',
            value: 'VRAAG-12',
          },
        },
      ],
    });
    const note = first<Composition>('answer-geriatrics-hix', 'Composition');
    expect(note?.section?.map(({ title }) => title)).toEqual(['Conclusie', 'Advies', 'Pijn NRS']);
    expect(note?.section?.[0]?.text?.div).toContain('herstellend.\nGeen aanwijzing voor dementie &amp; &lt; 3 dagen.');
    expect(note?.section?.[1]?.text?.div).toContain('Bij onrust bellen');
    expect(note?.attester?.[0]).toMatchObject({ mode: 'professional', time: '2026-11-23T10:10:00+01:00' });
  });

  test('that is not authenticated is preliminary, and a file comes as it was', () => {
    expect(first<Composition>('answer-with-pdf-epic', 'Composition')?.status).toBe('preliminary');
    expect(first<Communication>('answer-with-pdf-epic', 'Communication')?.status).toBe('in-progress');
    expect(first<DocumentReference>('answer-with-pdf-epic', 'DocumentReference')?.content[0]?.attachment).toMatchObject(
      {
        contentType: 'application/pdf',
        data: 'JVBERi0xLjQK',
      },
    );
  });

  test('that is withdrawn is entered in error', () => {
    expect(first<Composition>('withdrawn', 'Composition')?.status).toBe('entered-in-error');
    expect(first<Communication>('withdrawn', 'Communication')?.status).toBe('entered-in-error');
  });

  test('to no question is a document alone, and of another kind no consult', () => {
    expect(first('without-question', 'Communication')).toBeUndefined();
    expect(first<Composition>('without-question', 'Composition')?.meta?.profile).toBeUndefined();
  });
});
