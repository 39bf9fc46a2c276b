/** Patient (nl-core-Patient) of a transfer in plain JSON. */
import type { Address, ContactPoint, HumanName, Patient } from 'fhir/r4.js';
import { normaliseBsn } from '../../profiles/bsn.ts';
import { nlCore, SYSTEM } from '../../profiles/canonical.ts';
import { referTo, type BundleDraft, type ResourceDraft } from '../bundle.ts';
import { constant, derived, Leaf, type Draft } from '../draft.ts';
import { assignedSystem, type BusinessId } from '../identity.ts';
import type { SourceSettings } from '../mapping.ts';
import type { Transfer } from './schema.ts';
import { coding, metaOf, said } from './told.ts';

const HL7 = 'http://hl7.org/fhir/StructureDefinition';
const GENDER: Record<Transfer['patient']['gender'], readonly [system: string, code: string, display: string]> = {
  male: ['http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender', 'M', 'Male'],
  female: ['http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender', 'F', 'Female'],
  other: ['http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender', 'UN', 'Undifferentiated'],
  unknown: ['http://terminology.hl7.org/CodeSystem/v3-NullFlavor', 'UNK', 'Unknown'],
};

export const patientId = (transfer: Transfer): BusinessId => ({
  system: SYSTEM.bsn,
  value: normaliseBsn(transfer.patient.bsn) ?? transfer.patient.bsn,
});

/** `generalPractitioner` is the PractitionerRole of the huisarts, when the transfer names one. */
export function addPatient(
  bundle: BundleDraft,
  transfer: Transfer,
  source: SourceSettings,
  generalPractitioner: () => string | undefined,
): string {
  const { patient } = transfer;
  const id = patientId(transfer);
  return bundle.add<Patient>('Patient', id, (): ResourceDraft<Patient> => {
    const doctor = generalPractitioner();
    return {
      meta: metaOf(nlCore('Patient')),
      identifier: [
        { system: constant(id.system, 'patient.bsn'), value: said(id.value, '$.patient.bsn', 'patient.bsn') },
        patient.patientNumber === undefined
          ? undefined
          : {
              type: {
                coding: [coding('http://terminology.hl7.org/CodeSystem/v2-0203', 'PI', undefined, 'patient.number')],
              },
              system: assigner(source, patient.patientNumberAssigner),
              value: said(patient.patientNumber, '$.patient.patientNumber', 'patient.number'),
            },
      ],
      name: [nameOf(patient.name)],
      telecom: telecomOf(patient, '$.patient'),
      gender: said(patient.gender, '$.patient.gender', 'patient.gender'),
      _gender: {
        extension: [
          {
            url: constant('http://nictiz.nl/fhir/StructureDefinition/ext-CodeSpecification', 'patient.gender'),
            valueCodeableConcept: {
              coding: [
                {
                  system: constant(GENDER[patient.gender][0], 'patient.gender'),
                  code: said(GENDER[patient.gender][1], '$.patient.gender', 'patient.gender'),
                  display: constant(GENDER[patient.gender][2], 'patient.gender'),
                },
              ],
            },
          },
        ],
      },
      birthDate: said(patient.birthDate, '$.patient.birthDate', 'patient.birthDate'),
      address: patient.address === undefined ? undefined : [addressOf(patient.address)],
      generalPractitioner: doctor === undefined ? undefined : [referTo(doctor, 'PractitionerRole')],
    };
  });
}

/** The assigner decides the system of the number; an unnamed assigner is the hospital that sends. */
function assigner(source: SourceSettings, named: string | undefined): Leaf<string> {
  const system = assignedSystem(source, 'patient', named ?? '');
  const path = named === undefined ? 'region' : '$.patient.patientNumberAssigner';
  return new Leaf(system, { path: () => path }, 'patient.number.system');
}

const extension = (name: string, value: Leaf<string> | undefined) =>
  value === undefined ? undefined : { url: constant(`${HL7}/${name}`, 'patient.name'), valueString: value };

function nameOf(name: Transfer['patient']['name']): Draft<HumanName> {
  const at = '$.patient.name';
  const own = [name.prefix, name.family].filter((word) => word !== undefined).join(' ');
  const first = name.given ?? (name.initials === undefined ? [] : [name.initials]);
  const qualifier = (code: 'BR' | 'IN') => ({
    extension: [
      { url: constant(`${HL7}/iso21090-EN-qualifier`, 'patient.name'), valueCode: constant(code, 'patient.name') },
    ],
  });
  return {
    use: constant('official', 'patient.name'),
    text: derived([...first, own].join(' '), 'patient.name.text'),
    family: said(own, name.prefix === undefined ? `${at}.family` : at, 'patient.name.family'),
    _family: {
      extension: [
        extension('humanname-own-prefix', said(name.prefix, `${at}.prefix`, 'patient.name.prefix')),
        extension('humanname-own-name', said(name.family, `${at}.family`, 'patient.name.family')),
        extension('humanname-partner-prefix', said(name.partnerPrefix, `${at}.partnerPrefix`, 'patient.name.partner')),
        extension('humanname-partner-name', said(name.partnerFamily, `${at}.partnerFamily`, 'patient.name.partner')),
      ],
    },
    given: [
      ...(name.given ?? []).map((given, index) => said(given, `${at}.given[${index}]`, 'patient.name.given')),
      name.initials === undefined ? undefined : said(name.initials, `${at}.initials`, 'patient.name.initials'),
    ],
    _given: [
      ...(name.given ?? []).map(() => qualifier('BR')),
      name.initials === undefined ? undefined : qualifier('IN'),
    ],
  };
}

/** Telephone and e-mail, as written. Whether a number is mobile, at home or at work is not told, so not said. */
export function telecomOf(
  person: { readonly phone?: string | undefined; readonly email?: string | undefined },
  path: string,
): (Draft<ContactPoint> | undefined)[] {
  const point = (system: 'phone' | 'email', value: string | undefined): Draft<ContactPoint> | undefined =>
    value === undefined
      ? undefined
      : { system: constant(system, 'telecom'), value: said(value, `${path}.${system}`, `telecom.${system}`) };
  return [point('phone', person.phone), point('email', person.email)];
}

function addressOf(address: NonNullable<Transfer['patient']['address']>): Draft<Address> {
  const at = '$.patient.address';
  const { street, houseNumber, houseNumberAddition: addition } = address;
  const line = [street, houseNumber, addition].filter((word) => word !== undefined).join(' ');
  return {
    line: line === '' ? undefined : [said(line, at, 'patient.address.line')],
    _line: [
      {
        extension: [
          extension('iso21090-ADXP-streetName', said(street, `${at}.street`, 'patient.address')),
          extension('iso21090-ADXP-houseNumber', said(houseNumber, `${at}.houseNumber`, 'patient.address')),
          extension(
            'iso21090-ADXP-buildingNumberSuffix',
            said(addition, `${at}.houseNumberAddition`, 'patient.address'),
          ),
        ],
      },
    ],
    city: said(address.city, `${at}.city`, 'patient.address'),
    postalCode: said(address.postalCode, `${at}.postalCode`, 'patient.address'),
    country: said(address.country, `${at}.country`, 'patient.address'),
  };
}
