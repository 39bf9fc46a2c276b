import { readXml } from '../../../profiles/xml/read.ts';
import { Unwritable, writeXml } from '../../../profiles/xml/write.ts';

const withText = (div: string) => ({ resourceType: 'Patient', text: { status: 'generated', div } });

describe('writeXml', () => {
  test('writes elements in the order of R4, whatever the order of the keys', () => {
    expect(writeXml({ birthDate: '1941', name: [{ family: 'A "B" <C>' }], id: 'p', resourceType: 'Patient' })).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<Patient xmlns="http://hl7.org/fhir"><id value="p"/>' +
        '<name><family value="A &quot;B&quot; &lt;C&gt;"/></name><birthDate value="1941"/></Patient>',
    );
  });

  test('gives a narrative its namespace, and the one entity browsers know by number', () => {
    const xml = writeXml(withText('<div><p>a&nbsp;b</p></div>'));
    expect(xml).toContain('<div xmlns="http://www.w3.org/1999/xhtml"><p>a&#160;b</p></div>');
    expect(readXml(xml).ok).toBe(true);
  });

  test.each([
    ['a narrative that breaks out', withText('<div></div><id value="x"/>')],
    ['a narrative that is not closed', withText('<div><p></div>')],
    ['a narrative with a document type', withText('<div><!DOCTYPE x></div>')],
    ['half a character in a narrative', withText('<div>\ud800</div>')],
    ['a narrative of another namespace', withText('<div xmlns="http://hl7.org/fhir"></div>')],
    ['an extension on a narrative', { resourceType: 'Patient', text: { div: '<div/>', _div: { id: 'x' } } }],
    ['a character XML does not have', { resourceType: 'Patient', name: [{ family: 'a\uffff' }] }],
    ['half a character', { resourceType: 'Patient', name: [{ family: '\ud800' }] }],
    ['an element R4 does not have', { resourceType: 'Patient', nickname: 'x' }],
    ['no resource', { resourceType: 'Nobody' }],
  ])('refuses %s, instead of losing it', (_, resource) => {
    expect(() => writeXml(resource)).toThrow(Unwritable);
  });
});
