/** A package of invented profiles that uses every rule kind a profile can have. */
import type { ElementDefinition, StructureDefinition } from 'fhir/r4.js';
import { packageOf } from '../../profiles/package.ts';
import type { ConformanceResource } from '../../profiles/package.ts';

const BASE = 'http://example.org/';
export const profileUrl = (name: string): string => `${BASE}StructureDefinition/${name}`;
const R4 = 'http://hl7.org/fhir/StructureDefinition/';
export const CODES = `${BASE}CodeSystem/colours`;

type Element = Omit<ElementDefinition, 'path'>;

function profile(name: string, type: string, element: readonly Element[], base = R4 + type): StructureDefinition {
  return {
    resourceType: 'StructureDefinition',
    url: profileUrl(name),
    name,
    status: 'active',
    kind: type === 'Extension' || type === 'HumanName' ? 'complex-type' : 'resource',
    abstract: false,
    type,
    baseDefinition: base,
    derivation: 'constraint',
    differential: {
      element: [
        { id: type, path: type },
        ...element.map((each): ElementDefinition => ({ ...each, path: (each.id ?? '').replace(/:[^.]+/g, '') })),
      ],
    },
  };
}

const slicing = (type: string, path: string, rules: 'open' | 'closed' | 'openAtEnd' = 'open', ordered = false) => ({
  discriminator: [{ type: type as 'value', path }],
  rules,
  ordered,
});

const patientProfile = profile('patient', 'Patient', [
  { id: 'Patient.identifier', min: 1, slicing: slicing('value', 'system') },
  { id: 'Patient.identifier:bsn', sliceName: 'bsn', min: 1, max: '1' },
  { id: 'Patient.identifier:bsn.system', min: 1, fixedUri: 'http://fhir.nl/fhir/NamingSystem/bsn' },
  { id: 'Patient.identifier:bsn.value', min: 1, maxLength: 9 },
  { id: 'Patient.active', patternBoolean: true },
  { id: 'Patient.name', min: 1, max: '2', type: [{ code: 'HumanName', profile: [profileUrl('name')] }] },
  { id: 'Patient.photo', max: '0' },
  { id: 'Patient.contact.relationship', min: 1 },
  { id: 'Patient.telecom', slicing: slicing('value', 'system', 'closed') },
  { id: 'Patient.telecom:phone', sliceName: 'phone' },
  { id: 'Patient.telecom:phone.system', min: 1, fixedCode: 'phone' },
  {
    id: 'Patient.generalPractitioner',
    type: [{ code: 'Reference', targetProfile: [profileUrl('practice')] }],
  },
  {
    id: 'Patient.extension:colour',
    sliceName: 'colour',
    min: 1,
    type: [{ code: 'Extension', profile: [profileUrl('colour')] }],
  },
  {
    id: 'Patient.birthDate',
    constraint: [{ key: 'own-2', severity: 'error', human: 'not before 1900', expression: '$this >= @1900-01-01' }],
  },
]);
const root = patientProfile.differential?.element[0];
if (root) {
  root.constraint = [
    { key: 'own-1', severity: 'error', human: 'has a gender', expression: 'gender.exists()' },
    { key: 'own-w', severity: 'warning', human: 'has a birth date', expression: 'birthDate.exists()' },
  ];
}

const resources: ConformanceResource[] = [
  patientProfile,
  profile('name', 'HumanName', [
    { id: 'HumanName.family', min: 1 },
    { id: 'HumanName.given', max: '1' },
  ]),
  profile('practice', 'PractitionerRole', [{ id: 'PractitionerRole.organization', min: 1 }]),
  profile(
    'stricter',
    'Patient',
    [
      { id: 'Patient.identifier:bsn.use', min: 1 },
      { id: 'Patient.gender', min: 1 },
    ],
    profileUrl('patient'),
  ),
  profile('colour', 'Extension', [
    { id: 'Extension.url', fixedUri: profileUrl('colour') },
    {
      id: 'Extension.value[x]',
      min: 1,
      type: [{ code: 'CodeableConcept' }],
      binding: { strength: 'required', valueSet: `${BASE}ValueSet/warm` },
    },
  ]),
  profile('nested', 'Extension', [
    { id: 'Extension.extension:from', sliceName: 'from', min: 1, max: '1' },
    { id: 'Extension.extension:from.url', fixedUri: 'from' },
    { id: 'Extension.extension:from.value[x]', min: 1, type: [{ code: 'date' }] },
    { id: 'Extension.url', fixedUri: profileUrl('nested') },
    { id: 'Extension.value[x]', max: '0' },
  ]),
  profile('result', 'Observation', [
    { id: 'Observation.category', min: 1, slicing: slicing('pattern', '$this', 'openAtEnd') },
    {
      id: 'Observation.category:lab',
      sliceName: 'lab',
      min: 1,
      max: '1',
      patternCodeableConcept: {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }],
      },
    },
    { id: 'Observation.code', binding: { strength: 'extensible', valueSet: `${BASE}ValueSet/warm` } },
    { id: 'Observation.value[x]', slicing: slicing('type', '$this', 'closed') },
    {
      id: 'Observation.value[x]:valueQuantity',
      sliceName: 'valueQuantity',
      type: [{ code: 'Quantity' }],
      minValueQuantity: { value: 0, system: 'http://unitsofmeasure.org', code: 'mmol/L' },
      maxValueQuantity: { value: 10, system: 'http://unitsofmeasure.org', code: 'mmol/L' },
    },
    { id: 'Observation.value[x]:valueQuantity.unit', min: 1 },
    { id: 'Observation.value[x]:valueString', sliceName: 'valueString', type: [{ code: 'string' }] },
    { id: 'Observation.effective[x]', min: 1, type: [{ code: 'dateTime' }] },
    { id: 'Observation.component', slicing: slicing('value', 'code', 'open', true) },
    { id: 'Observation.component:first', sliceName: 'first', max: '1' },
    { id: 'Observation.component:first.code', patternCodeableConcept: { text: 'first' } },
    { id: 'Observation.component:first.value[x]', min: 1 },
    { id: 'Observation.component:first.referenceRange.low', min: 1 },
    { id: 'Observation.component:second', sliceName: 'second' },
    { id: 'Observation.component:second.code', patternCodeableConcept: { text: 'second' } },
    { id: 'Observation.note', slicing: slicing('exists', 'time') },
    { id: 'Observation.note:timed', sliceName: 'timed', max: '1' },
    { id: 'Observation.note:timed.time', min: 1 },
    { id: 'Observation.note:plain', sliceName: 'plain' },
    { id: 'Observation.note:plain.time', max: '0' },
    { id: 'Observation.note:plain.author[x]', min: 1 },
    { id: 'Observation.bodySite', fixedCodeableConcept: { text: 'arm' } },
    { id: 'Observation.interpretation', binding: { strength: 'required', valueSet: `${BASE}ValueSet/all-but-blue` } },
    { id: 'Observation.method', binding: { strength: 'required', valueSet: `${BASE}ValueSet/nested` } },
    { id: 'Observation.device', binding: { strength: 'required', valueSet: `${BASE}ValueSet/unknown` } },
    { id: 'Observation.identifier', slicing: slicing('value', 'type.coding.code') },
    { id: 'Observation.identifier:order', sliceName: 'order', max: '2' },
    { id: 'Observation.identifier:order.type', patternCodeableConcept: { coding: [{ code: 'PLAC' }] } },
    { id: 'Observation.identifier:order', sliceName: 'order', slicing: slicing('value', 'system') },
    { id: 'Observation.identifier:order/own', sliceName: 'order/own', max: '1' },
    { id: 'Observation.identifier:order/own.system', fixedUri: 'urn:own' },
    { id: 'Observation.identifier:order/own.value', min: 1 },
  ]),
  profile('team', 'CareTeam', [
    { id: 'CareTeam.participant', slicing: slicing('profile', 'member.resolve()') },
    { id: 'CareTeam.participant:practice', sliceName: 'practice', min: 1, max: '1' },
    {
      id: 'CareTeam.participant:practice.member',
      min: 1,
      type: [{ code: 'Reference', targetProfile: [profileUrl('practice')] }],
    },
    { id: 'CareTeam.participant:practice.role', min: 1 },
  ]),
  profile('collection', 'Bundle', [
    { id: 'Bundle.entry', slicing: slicing('type', 'resource') },
    { id: 'Bundle.entry:patient', sliceName: 'patient', min: 1, max: '1' },
    { id: 'Bundle.entry:patient.resource', min: 1, type: [{ code: 'Patient', profile: [profileUrl('patient')] }] },
    { id: 'Bundle.entry:patient.link', min: 1 },
  ]),
  {
    resourceType: 'CodeSystem',
    url: CODES,
    status: 'active',
    content: 'complete',
    concept: [{ code: 'red', concept: [{ code: 'orange' }] }, { code: 'blue' }],
  },
  {
    resourceType: 'ValueSet',
    url: `${BASE}ValueSet/warm`,
    status: 'active',
    compose: { include: [{ system: CODES, concept: [{ code: 'red' }, { code: 'orange' }] }] },
  },
  {
    resourceType: 'ValueSet',
    url: `${BASE}ValueSet/all-but-blue`,
    status: 'active',
    compose: { include: [{ system: CODES }], exclude: [{ system: CODES, concept: [{ code: 'blue' }] }] },
  },
  {
    resourceType: 'ValueSet',
    url: `${BASE}ValueSet/nested`,
    status: 'active',
    compose: { include: [{ valueSet: [`${BASE}ValueSet/warm|1.0`] }] },
  },
];

export const ownPackage = packageOf('example.own', '1.0.0', resources);
