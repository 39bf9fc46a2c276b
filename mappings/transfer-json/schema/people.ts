/** The people of a transfer in plain JSON: the patient, those who know the patient, and those who treat. */
import { z } from 'zod';
import { normaliseBsn, passesElfproef } from '../../../profiles/bsn.ts';
import { PROFESSIONS } from '../../../profiles/professions.ts';
import { agb, date, email, phone, text } from './text.ts';

const name = z
  .strictObject({
    given: z.array(text(100)).optional().describe('First names, in order'),
    initials: text(40).optional().describe('Initials, when first names are not known: `A.M.`'),
    prefix: text(40).optional().describe('Voorvoegsel of the own family name: `de`, `van der`'),
    family: text(200).describe('Own family name, without voorvoegsel'),
    partnerPrefix: text(40).optional().describe('Voorvoegsel of the partner’s family name'),
    partnerFamily: text(200).optional().describe('Family name of the partner, as additional information'),
  })
  .refine((said) => said.partnerPrefix === undefined || said.partnerFamily !== undefined, {
    path: ['partnerFamily'],
    message: 'partnerFamily is required beside partnerPrefix',
    params: { missing: true },
  });

const address = z.strictObject({
  street: text(200).optional(),
  houseNumber: text(20).optional().describe('Number only; letter and addition go into houseNumberAddition'),
  houseNumberAddition: text(40).optional(),
  postalCode: text(20).optional().describe('`1011 AB`'),
  city: text(100).optional(),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'two capitals, ISO 3166')
    .optional(),
});

const bsn = z
  .string()
  .refine((said) => normaliseBsn(said) !== null, { message: 'BSN: nine digits', abort: true })
  .refine(passesElfproef, 'the BSN fails the elfproef')
  .describe('Burgerservicenummer: nine digits that pass the elfproef');

export const patient = z.strictObject({
  bsn,
  patientNumber: text(64).optional().describe('Number of the patient in the hospital’s own system (PID-3, type PI)'),
  patientNumberAssigner: text(200)
    .optional()
    .describe('Who gave the number, as in PID-3.4: an OID, a URI or a name. Absent: the sending organisation'),
  name,
  birthDate: date.describe('Date of birth, as far as it is known'),
  gender: z.enum(['male', 'female', 'other', 'unknown']).describe('Administrative gender (FHIR)'),
  address: address.optional(),
  phone: phone.optional(),
  email: email.optional(),
  generalPractitioner: z
    .strictObject({ name: text(200), agb: agb.optional(), phone: phone.optional() })
    .optional()
    .describe('The huisarts'),
});

const professional = {
  name: text(200).describe('Name as it is written'),
  agb: agb.optional(),
  uzi: z.string().regex(/^\d{9}$/, 'UZI: 9 digits').optional().describe('UZI number of the person'), // prettier-ignore
  phone: phone.optional(),
};

export const requester = z.strictObject({
  ...professional,
  profession: text(100)
    .optional()
    .describe(`One of ${PROFESSIONS.join(', ')}; another travels as text, with a warning`),
});

export const careTeamMember = z.strictObject({
  role: z
    .enum(['RESP', 'SPRF', 'CON', 'ATND'])
    .describe('RESP regiebehandelaar (exactly one), SPRF medebehandelaar, CON consulted, ATND ward physician'),
  ...professional,
  profession: z.enum(PROFESSIONS),
});

export const contact = z.strictObject({
  name: text(200),
  relation: text(100).optional().describe('In the sender’s words: `dochter`, `mantelzorger`'),
  phone: phone.optional(),
  email: email.optional(),
});
