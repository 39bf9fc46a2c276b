import { z } from 'zod';
import { WK_BASE } from '../../profiles/canonical.ts';
import { regionSchema } from './region.ts';

/** The JSON Schema of a region file, as published in docs/region.schema.json: made from the one zod schema. */
export const regionJsonSchema = (): object => ({
  $id: `${WK_BASE}/region.schema.json`,
  title: 'Region file of wijkkliniek-gateway',
  ...z.toJSONSchema(regionSchema, { io: 'input', unrepresentable: 'any' }),
});
