// `npm run faults:long -- --seed N --kills 200 --messages 50000 --patients 500`: the long form of the fault runs.
import { register } from 'node:module';
import { buildIfNeeded } from '../../gateway/build.mjs';

buildIfNeeded();
register('./typescript.mjs', import.meta.url);
const { long } = await import('./long.ts');
process.exitCode = await long(process.argv.slice(2));
