import fc from 'fast-check';
import { writtenNumber } from '../../../profiles/json/decimal.ts';
import { checkStructure } from '../../../profiles/structure.ts';
import { readXml } from '../../../profiles/xml/read.ts';

const patient = (inside: string): string => `<Patient xmlns="http://hl7.org/fhir">${inside}</Patient>`;

function treeOf(xml: string): Record<string, unknown> {
  const read = readXml(xml);
  if (!read.ok) throw new Error(read.issue.text);
  return read.value as Record<string, unknown>;
}

const issueOf = (xml: string, maxDepth?: number) => {
  const read = readXml(xml, maxDepth === undefined ? {} : { maxDepth });
  if (read.ok) throw new Error('was read');
  return read.issue;
};

describe('readXml', () => {
  test('makes the tree of the JSON form: lists, numbers, booleans, choices, attributes', () => {
    const tree = treeOf(
      `<?xml version="1.0" encoding="utf-8"?>\n<?xml-stylesheet href="x"?><!-- hello -->
       <f:Patient xmlns:f="http://hl7.org/fhir" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                  xsi:schemaLocation="http://hl7.org/fhir patient.xsd">
         <f:id value="p1"/>
         <f:extension url="urn:x"><f:valueDecimal value="5.60"/></f:extension>
         <f:active value="true"/>
         <f:name id="n1"><f:given value="A"/><f:given value="&#66;&amp;C"/></f:name>
         <f:multipleBirthInteger value="2"/>
       </f:Patient>`,
    );
    expect(tree).toMatchObject({
      resourceType: 'Patient',
      id: 'p1',
      extension: [{ url: 'urn:x', valueDecimal: 5.6 }],
      active: true,
      name: [{ id: 'n1', given: ['A', 'B&C'] }],
      multipleBirthInteger: 2,
    });
    expect(writtenNumber((tree['extension'] as object[])[0] ?? {}, 'valueDecimal')).toBe('5.60');
  });

  test('puts id and extensions of a primitive where JSON has them', () => {
    const absent = '<extension url="urn:absent"><valueCode value="unknown"/></extension>';
    const extension = [{ url: 'urn:absent', valueCode: 'unknown' }];
    expect(
      treeOf(patient(`<name><given value="A"/><given>${absent}</given></name><birthDate id="b">${absent}</birthDate>`)),
    ).toEqual({
      resourceType: 'Patient',
      name: [{ given: ['A', null], _given: [null, { extension }] }],
      _birthDate: { id: 'b', extension },
    });
  });

  test('unwraps contained resources and those of a Bundle', () => {
    const inner = '<Observation><status value="final"/></Observation>';
    expect(
      treeOf(
        `<Bundle xmlns="http://hl7.org/fhir"><entry><resource>${patient(`<contained>${inner}</contained>`)}</resource></entry></Bundle>`,
      ),
    ).toEqual({
      resourceType: 'Bundle',
      entry: [{ resource: { resourceType: 'Patient', contained: [{ resourceType: 'Observation', status: 'final' }] } }],
    });
  });

  test('keeps a narrative as it was written', () => {
    const div =
      '<div xmlns="http://www.w3.org/1999/xhtml" lang="nl"><p>a &lt; b<br/>\r\n <b >x</b></p><!-- y --></div>';
    expect(treeOf(patient(`<text><status value="generated"/>${div}</text>`))['text']).toEqual({
      status: 'generated',
      div,
    });
  });

  test('leaves to the structure check what R4 does not know, for it to name', () => {
    const faults = checkStructure(
      treeOf(
        patient(
          '<nickname value="x"><deep><er/></deep></nickname><active value="yes"/><birthDate/><gender value="male"/><gender value="male"/><name/>',
        ),
      ),
    );
    expect(faults.map(({ expression, rule }) => `${expression} ${rule}`)).toEqual([
      'Patient.nickname unknown-element',
      'Patient.active type',
      'Patient.birthDate format',
      'Patient.gender type',
      'Patient.name[0] empty',
    ]);
    expect(checkStructure(treeOf('<Nobody xmlns="http://hl7.org/fhir"><x value="1"/></Nobody>'))).toMatchObject([
      { expression: 'Nobody.resourceType', rule: 'resource-type' },
    ]);
  });

  test('tells line, column and FHIRPath of a fault, and no value', () => {
    const xml = '<Patient xmlns="http://hl7.org/fhir">\n  <name>\n    <family value="Jansen"/>\n  </nam>\n</Patient>';
    expect(issueOf(xml)).toEqual({
      severity: 'error',
      code: 'structure',
      expression: 'Patient',
      text: 'Line 4, column 8: unexpected close tag.',
      rule: 'xml-syntax',
    });
  });

  const DOCTYPE = '<!DOCTYPE Patient [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>';
  test.each([
    ['a billion laughs', `${DOCTYPE}${patient('<id value="&b;"/>')}`, 'xml-doctype'],
    ['an external entity', `<!DOCTYPE x SYSTEM "file:///etc/passwd">${patient('')}`, 'xml-doctype'],
    ['an entity nobody declared', patient('<id value="&nbsp;"/>'), 'xml-syntax'],
    ['another encoding', `<?xml version="1.0" encoding="UTF-16"?>${patient('')}`, 'xml-encoding'],
    ['an eight-bit encoding', `<?xml version="1.0" encoding="ISO-8859-1"?>${patient('')}`, 'xml-encoding'],
    ['XML 1.1', `<?xml version="1.1"?>${patient('')}`, 'xml-encoding'],
    ['no namespace', '<Patient><id value="a"/></Patient>', 'xml-namespace'],
    ['another namespace', '<Patient xmlns="urn:hl7-org:v3"/>', 'xml-namespace'],
    ['a prefix without a namespace', patient('<q:id value="a"/>'), 'xml-syntax'],
    ['text between elements', patient('Jansen'), 'xml-syntax'],
    ['text in CDATA', patient('<![CDATA[Jansen]]>'), 'xml-syntax'],
    ['an attribute R4 has not', patient('<id value="a" code="b"/>'), 'xml-syntax'],
    ['an attribute as element', patient('<name><id value="a"/></name>'), 'xml-syntax'],
    ['a key of JSON as element', patient('<_birthDate/>'), 'xml-syntax'],
    ['a name of JavaScript', patient('<__proto__ value="x"/>'), 'xml-syntax'],
    ['the name of the resource as element', patient('<resourceType value="Bundle"/>'), 'xml-syntax'],
    ['a wrapper without resource', patient('<contained/>'), 'xml-syntax'],
    ['two resources in one wrapper', patient('<contained><Patient/><Patient/></contained>'), 'xml-syntax'],
    ['a div that is no XHTML', patient('<text><div/></text>'), 'xml-namespace'],
    [
      'an instruction in a narrative',
      patient(`<text><div xmlns="http://www.w3.org/1999/xhtml"><?php x?></div></text>`),
      'xml-syntax',
    ],
    ['a second div', patient(`<text>${'<div xmlns="http://www.w3.org/1999/xhtml"/>'.repeat(2)}</text>`), 'xml-syntax'],
    ['a number without end', patient(`<extension url="x"><valueDecimal value="1e999"/></extension>`), 'xml-number'],
    ['an attribute twice', patient('<id value="a" value="b"/>'), 'xml-syntax'],
    ['a second root', patient('') + patient(''), 'xml-syntax'],
    ['nothing', '', 'xml-syntax'],
    ['half a document', patient('<name><family value="x"/>').slice(0, 60), 'xml-syntax'],
    ['half a character', patient('<id value="\ud800"/>'), 'xml-syntax'],
    ['half a character in the declaration', '<?xml \ud800', 'xml-syntax'],
    ['a control character', patient('<id value="&#1;"/>'), 'xml-syntax'],
  ])('refuses %s', (_, xml, rule) => {
    expect(issueOf(xml)).toMatchObject({ rule, severity: 'error' });
    expect(JSON.stringify(issueOf(xml))).not.toMatch(/Jansen|passwd|aaaa/);
  });

  test('refuses nesting beyond a bound, also in a narrative and where nothing is known', () => {
    const deep = (open: string, close: string): string => open.repeat(200_000) + close.repeat(200_000);
    expect(issueOf(patient(deep('<contained><Patient>', '</Patient></contained>')))).toMatchObject({
      rule: 'xml-depth',
    });
    expect(issueOf(patient(deep('<x>', '</x>')))).toMatchObject({ rule: 'xml-depth', code: 'too-costly' });
    const div = `<div xmlns="http://www.w3.org/1999/xhtml">${deep('<b>', '</b>')}</div>`;
    expect(issueOf(patient(`<text>${div}</text>`))).toMatchObject({
      rule: 'xml-depth',
      expression: 'Patient.text.div',
    });
    expect(issueOf(patient('<name><period/></name>'), 2)).toMatchObject({
      text: expect.stringContaining('2 levels') as string,
    });
  });

  test('answers any text, and is never thrown off by a name of JavaScript', () => {
    expect(Object.getPrototypeOf(treeOf(patient('<constructor/><toString value="x"/>')) as object)).toBe(
      Object.prototype,
    );
    const piece = fc.constantFrom(
      '<',
      '>',
      '/>',
      '</',
      'Patient',
      ' xmlns="http://hl7.org/fhir"',
      '<name>',
      '</name>',
      ' value="a"',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?xml ',
      '?>',
      '&#x',
      ';',
      '&',
      '<div xmlns="http://www.w3.org/1999/xhtml">',
      '</div>',
      '<contained>',
      '\u0000',
      '\ud800',
      ' ',
      '"',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 25 }), (pieces) => {
        const read = readXml(pieces.join(''));
        if (!read.ok) expect(read.issue.text).toMatch(/^Line \d+, column \d+: /);
        else expect(read.value).toMatchObject({ resourceType: expect.any(String) as string });
      }),
      { numRuns: 3000 },
    );
  });
});
