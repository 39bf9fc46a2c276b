/** A code no ConceptMap knows becomes a work item only when its warning says which code it is. */
import { ALL_TAKEN, mapSample } from './samples.ts';

/** Where words stand, and no code that a ConceptMap could translate. */
const IN_WORDS = [
  'medication-fhir use-as-told Bundle.entry[1].resource.code',
  'medication-v2 cefuroxim-q8h-epic AL1-3',
  'transfer-json minimal $.reason',
  'transfer-json nijmegen-copd $.isolation',
  'transfer-json nijmegen-urinary-infection $.allergies[0]',
];
const WITHOUT_CODE = ALL_TAKEN.flatMap(([mapping, name]) => {
  const mapped = mapSample(mapping, name);
  return (mapped.ok ? mapped.warnings : [])
    .filter(({ code, coding }) => code.startsWith('untranslated-') && coding === undefined)
    .map(({ location }) => `${mapping} ${name} ${location}`);
});

test('every untranslated code of a sample is told with its system and code, but for words alone', () => {
  expect(WITHOUT_CODE).toEqual(IN_WORDS);
});
