import { readPackages } from '../../conformance/check.ts';
import type { Finding } from './finding.ts';

/** Opens each package as the first question about a profile would; published packages take a second or two. */
export async function checkPackages(paths: readonly string[]): Promise<Finding[]> {
  const what = 'packages';
  const findings: Finding[] = [];
  for (const path of paths) {
    const read = await readPackages([path]);
    if (!read.ok) findings.push(...read.faults.map((text) => ({ ok: false, what, text })));
    else {
      for (const { id, version, resources } of read.packages) {
        findings.push({ ok: true, what, text: `${id} ${version}: ${resources.size} definitions` });
      }
    }
  }
  return findings;
}
