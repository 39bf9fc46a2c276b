/** Text types of the transfer JSON: what FHIR R4 `string`, `code` and `dateTime` can hold, and nothing else. */
import { z } from 'zod';

/** FHIR `string`: at least one visible character, no control characters, no half of a surrogate pair. */
export const text = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[\t\n\r -\u007e\u00a0-\ud7ff\ue000-\u{10ffff}]*$/u, 'text without control characters')
    .regex(/\S/, 'text with at least one visible character');

/** FHIR `code`: no outer or double whitespace. */
export const code = z
  .string()
  .max(64)
  .regex(/^[^\s\p{Cs}]+( [^\s\p{Cs}]+)*$/u, 'a code without outer or double spaces');
export const system = z
  .string()
  .max(255)
  .regex(/^(https?:\/\/|urn:)[^\s\p{Cs}]+$/u, 'a URI: http(s)://… or urn:…');
/** A moment with its offset and seconds: `2026-11-20T14:05:00+01:00`. A local time without offset is never guessed. */
export const moment = z.iso.datetime({ offset: true, error: 'date and time with seconds and offset' });
/** A FHIR date: a day, or as much of it as is known (`1941`, `1941-03`, `1941-03-07`). */
export const date = z.union([z.iso.date(), z.string().regex(/^[12]\d{3}(-(0[1-9]|1[0-2]))?$/)], {
  error: 'a date: yyyy, yyyy-mm or yyyy-mm-dd',
});

const identifierOf8 = (name: string) => z.string().regex(/^\d{8}$/, `${name}: 8 digits`);
export const agb = identifierOf8('AGB').describe('AGB code (Vektis), 8 digits');
export const phone = text(64).describe('Telephone number as written');
export const email = z
  .string()
  .max(254)
  .regex(/^[^\s\p{Cs}]+@[^\s\p{Cs}]+$/u, 'an e-mail address');

/** A concept: a code with its system, a text, or both. The text is what the sender called it. */
export const concept = z
  .strictObject({
    system: system.optional().describe('URI of the code system, such as http://snomed.info/sct'),
    code: code.optional(),
    text: text(1000).optional().describe('What the sender calls it'),
  })
  .superRefine(meansSomething);

/** A code needs its system (never guessed), a system its code, and a concept at least one of code and text. */
export function meansSomething(
  said: { system?: string | undefined; code?: string | undefined; text?: string | undefined },
  context: z.RefinementCtx,
): void {
  const missing = (path: string): void =>
    context.addIssue({ code: 'custom', path: [path], message: `${path} is required here`, params: { missing: true } });
  if (said.code !== undefined && said.system === undefined) missing('system');
  if (said.system !== undefined && said.code === undefined) missing('code');
  if (said.system === undefined && said.code === undefined && said.text === undefined) missing('text');
}
