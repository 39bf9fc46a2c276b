/** Any resource R4 allows, as far as its form goes: every type, choice and primitive, with extensions on primitives. */
import fc from 'fast-check';
import { readJson } from '../../../profiles/json/read.ts';
import { shapeOf, type Shape, type Slot } from '../../../profiles/structure/shape.ts';

const TYPES = ['Patient', 'Observation', 'MedicationRequest', 'Bundle', 'Composition', 'Claim', 'Questionnaire'];
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).filter((one) => !/\p{Surrogate}/u.test(one));
const awkward = fc.constantFrom(
  'a "b" <c> & d',
  'een\nregel\ttab',
  ' rand ',
  '€ ü 漢 🩺',
  ']]>',
  '&amp;',
  '<!-- -->',
  "'",
);
const decimal = fc.constantFrom('5.60', '0', '-0.0', '1e3', '1.50E-7', '12345678901234567890.10', '7');

const VALUES: Readonly<Record<string, fc.Arbitrary<string>>> = {
  boolean: fc.constantFrom('true', 'false'),
  decimal,
  integer: fc.constantFrom('0', '-5', '2147483647'),
  positiveInt: fc.constantFrom('1', '40'),
  unsignedInt: fc.constantFrom('0', '3'),
  xhtml: fc.constantFrom(
    '"<div xmlns=\\"http://www.w3.org/1999/xhtml\\"><p>K 5,6 &lt; 6 <br/> <b>ok</b></p></div>"',
    '"<div xmlns=\\"http://www.w3.org/1999/xhtml\\" lang=\\"nl\\">\\n é <!-- x --><![CDATA[<]]></div>"',
  ),
};
const valueOf = ({ typeName }: Slot): fc.Arbitrary<string> =>
  VALUES[typeName] ?? fc.oneof(text, awkward).map((one) => JSON.stringify(one));

const extras = fc.constantFrom('{"id":"a1"}', '{"extension":[{"url":"urn:x","valueDecimal":1.00}]}');

/** The members of one JSON key, and of its underscore twin for a primitive. */
function membersOf(slot: Slot, depth: number): fc.Arbitrary<string[]> {
  const one = slot.check === null ? objectOf(slot, depth - 1) : valueOf(slot);
  if (slot.check === null || slot.typeName === 'xhtml') {
    return slot.list
      ? fc.array(one, { minLength: 1, maxLength: 2 }).map((items) => [`"${slot.name}":[${items.join()}]`])
      : one.map((item) => [`"${slot.name}":${item}`]);
  }
  const said = fc.tuple(fc.option(one), fc.option(extras)).filter(([value, extra]) => value !== null || extra !== null);
  if (!slot.list) {
    return said.map(([value, extra]) => [
      ...(value === null ? [] : [`"${slot.name}":${value}`]),
      ...(extra === null ? [] : [`"_${slot.name}":${extra}`]),
    ]);
  }
  return fc.array(said, { minLength: 1, maxLength: 3 }).map((items) =>
    (['', '_'] as const).flatMap((mark, side) => {
      const list = items.map((item) => item[side]);
      return list.every((each) => each === null)
        ? []
        : [`"${mark}${slot.name}":[${list.join(',').replace(/^(?=,)|(?<=,)(?=,|$)/g, 'null')}]`];
    }),
  );
}

function objectOf(slot: Slot, depth: number): fc.Arbitrary<string> {
  if (slot.isResource) return resourceOf('Patient', depth);
  return bodyOf(slot.shape(), depth, []);
}

const isAttribute = (shape: Shape, { name }: Slot): boolean =>
  !shape.isResource && (name === 'id' || (shape.name === 'Extension' && name === 'url'));

/** A JSON object of this shape; `head` goes before its members. */
function bodyOf(shape: Shape, depth: number, head: readonly string[]): fc.Arbitrary<string> {
  const slots = [...shape.slots.values()].filter(
    ({ underscore, check }) => !underscore && (check !== null || depth > 0),
  );
  return fc
    .subarray(slots, { minLength: 1, maxLength: Math.min(4, slots.length) })
    .chain((chosen) =>
      fc.tuple(
        ...chosen.map((slot) =>
          isAttribute(shape, slot)
            ? text.map((one) => [`"${slot.name}":${JSON.stringify(one)}`])
            : membersOf(slot, depth),
        ),
      ),
    )
    .map((members) => `{${[...head, ...members.flat()].join()}}`);
}

const resourceOf = (type: string, depth: number): fc.Arbitrary<string> =>
  bodyOf(shapeOf(type), depth, [`"resourceType":"${type}"`]);

/** The tree of a random resource, decimals as written. */
export const anyResource: fc.Arbitrary<unknown> = fc
  .constantFrom(...TYPES)
  .chain((type) => resourceOf(type, 3))
  .map((json) => {
    const read = readJson(json);
    if (!read.ok) throw new Error(`${json}: ${read.issue.text}`);
    return read.value;
  });
