/** Complete examples of a transfer in plain JSON for /openapi.json: the samples, so that they are accepted for certain. */
import type { z } from 'zod';
import heartFailure from './samples/zaandam-heart-failure/input.json' with { type: 'json' };
import minimal from './samples/minimal/input.json' with { type: 'json' };
import pneumonia from './samples/amsterdam-pneumonia/input.json' with { type: 'json' };
import { transferSchema } from './schema.ts';

interface Example {
  readonly summary: string;
  readonly value: z.input<typeof transferSchema>;
}

/** Read through the schema once, at start: an example that is refused is a bug. */
const example = (summary: string, value: unknown): Example => ({ summary, value: transferSchema.parse(value) });

/** Shape of `examples` of an OpenAPI media type object. */
export const transferExamples: Readonly<Record<string, Example>> = {
  pneumonia: example('Pneumonia, wijkkliniek complex (Amsterdam)', pneumonia),
  heartFailure: example('Heart failure, furosemide i.v. with lab controls, wijkkliniek light (Zaandam)', heartFailure),
  minimal: example('The least that is accepted, with every warning', minimal),
};
