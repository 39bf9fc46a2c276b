/** The clinical content of a transfer in plain JSON. */
import { z } from 'zod';
import { code, concept, date, meansSomething, moment, system, text } from './text.ts';

export const allergy = z
  .strictObject({
    ...concept.shape,
    criticality: z.enum(['low', 'high', 'unable-to-assess']).optional(),
    reaction: text(1000).optional().describe('What happened, in words'),
  })
  .superRefine(meansSomething);

const article = z.string().regex(/^\d{1,8}$/, 'a G-Standaard number, up to 8 digits');

/** Medication as told at the SEH (MP9 medicatiegebruik). The dosage is kept as said, never parsed. */
export const medication = z
  .strictObject({
    prk: article.optional().describe('PRK of the G-Standaard'),
    hpk: article.optional().describe('HPK of the G-Standaard'),
    text: text(1000).optional().describe('`Furosemide 40 mg tablet`'),
    dosage: text(2000).optional().describe('As said: `1 dd 1`'),
    start: date.optional(),
    indication: text(1000).optional(),
  })
  .refine((said) => said.prk !== undefined || said.hpk !== undefined || said.text !== undefined, {
    path: ['text'],
    message: 'text is required where neither prk nor hpk is given',
    params: { missing: true },
  });

export const treatmentDirective = z.strictObject({
  treatment: z.enum(['resuscitation', 'icu', 'ventilation', 'blood-products', 'antibiotics', 'hospital-admission']),
  decision: z.enum(['permit', 'deny', 'other']),
  explanation: text(2000).optional().describe('What was agreed, in words; with `other` it is the decision itself'),
  agreedAt: date.optional(),
});

export const vitalSign = z.strictObject({
  loinc: z
    .string()
    .regex(/^\d{1,7}-\d$/, 'a LOINC code')
    .describe('8480-6 and 8462-4 at one moment are one blood pressure'),
  value: z.number(),
  unit: text(40)
    .optional()
    .describe('UCUM, or a usual spelling of it; absent for scores such as the Glasgow Coma Scale'),
  at: moment,
  note: text(1000).optional(),
});

export const geriatric = z.strictObject({
  at: moment.optional().describe('When the scores were taken, if it is known'),
  dos: z.int().min(0).max(13).optional().describe('Delirium Observatie Screening, 0–13'),
  snaq65plus: z.enum(['green', 'orange', 'red']).optional().describe('SNAQ65+ risk of malnutrition'),
  barthel: z.int().min(0).max(20).optional().describe('Barthel index, 0–20'),
  fallRisk: z.boolean().optional(),
  pressureUlcer: z.int().min(0).max(4).optional().describe('Highest category 1–4; 0: looked for, none'),
});

export const isolation = z
  .strictObject({ system: system.optional(), code: code.optional(), text: text(1000).optional() })
  .superRefine(meansSomething);
