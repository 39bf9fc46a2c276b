// A process of its own that loads R4, our profiles and the packages named, and validates the Bundle on standard input;
// writes how long that took from its first line, and its memory, as JSON.
import { readFileSync } from 'node:fs';

const { loadPackage } = await import('../../dist/profiles/load/package.js');
const { createValidator } = await import('../../dist/profiles/validator.js');
const { wkPackage } = await import('../../dist/profiles/wk/package.js');

const packages = [wkPackage];
for (const path of process.argv.slice(2)) packages.push(await loadPackage(path));
const validator = createValidator(packages);
const loadedMs = performance.now();
const bundle = JSON.parse(readFileSync(0, 'utf8'));
const errors = validator.validate(bundle).filter(({ severity }) => severity === 'error').length;
const firstMs = performance.now() - loadedMs;
const rssMb = process.memoryUsage().rss / 2 ** 20;
process.stdout.write(
  JSON.stringify({ loadedMs, firstMs, rssMb, mostMb: process.resourceUsage().maxRSS / 1024, errors }),
);
