// Writes what is generated from the sources and published in the repository: `npm run generate`.
import { writeFileSync } from 'node:fs';
import { buildIfNeeded } from './build.mjs';

buildIfNeeded();
const { regionJsonSchema } = await import('../dist/gateway/regions/json-schema.js');
writeFileSync(
  new URL('../docs/region.schema.json', import.meta.url),
  `${JSON.stringify(regionJsonSchema(), null, 2)}\n`,
);
