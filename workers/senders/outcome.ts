/** The receiver's OperationOutcome, kept short and without anything that identifies a person. */
import { z } from 'zod';
import { maskIdentifying } from '../../profiles/mask.ts';
import { readXml } from '../../profiles/xml/read.ts';
import type { Explanation } from './sender.ts';

/** Only what is kept; a receiver may answer anything, so every part may be missing. */
const outcomeSchema = z.object({
  resourceType: z.literal('OperationOutcome'),
  issue: z.array(
    z.object({
      severity: z.string().optional(),
      code: z.string().optional(),
      details: z
        .object({ text: z.string().optional(), coding: z.array(z.object({ code: z.string().optional() })).optional() })
        .optional(),
      diagnostics: z.string().optional(),
      expression: z.array(z.string()).optional(),
    }),
  ),
});

const MOST_TEXT = 300;

/** Masked first and cut afterwards: a cut could leave half of a number that masking no longer knows. */
export const shortWords = (text: string): string => {
  const masked = maskIdentifying(text).replaceAll(/\s+/g, ' ').trim();
  return masked.length > MOST_TEXT ? `${masked.slice(0, MOST_TEXT - 1)}…` : masked;
};

function parsed(body: string): unknown {
  if (body.trimStart().startsWith('<')) {
    const read = readXml(body);
    return read.ok ? read.value : null;
  }
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return null;
  }
}

/** Null when the answer is no OperationOutcome: a page of a proxy is not kept. */
export function explainOutcome(body: string): Explanation | null {
  const read = outcomeSchema.safeParse(parsed(body));
  if (!read.success) return null;
  const { issue: issues } = read.data;
  const issue = issues.find(({ severity }) => severity === 'fatal' || severity === 'error') ?? issues[0];
  if (issue === undefined) return null;
  const words = issue.details?.text ?? issue.diagnostics;
  const at = issue.expression?.[0];
  const text = [words, at === undefined ? undefined : `(${at})`].filter((part) => part !== undefined).join(' ');
  const code = issue.details?.coding?.[0]?.code ?? issue.code ?? null;
  return { code: code === null ? null : shortWords(code), text: text === '' ? null : shortWords(text) };
}
