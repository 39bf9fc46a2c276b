// `npm run faults:long`, `npm run faults:rates`: what takes too long, or too quiet a machine, for a test.
import { register } from 'node:module';
import { buildIfNeeded } from '../../gateway/build.mjs';

buildIfNeeded();
register('./typescript.mjs', import.meta.url);
const { run } = await import('./run.ts');
process.exitCode = await run(process.argv.slice(2), (line) => process.stdout.write(`${line}\n`));
