import type { CodeSystem, StructureDefinition, ValueSet } from 'fhir/r4.js';
import { withoutVersion } from '../package.ts';
import type { ConformanceResource, FhirPackage } from '../package.ts';
import { r4Codes } from '../r4/definitions.ts';
import r4Profiles from '../r4/profiles.json' with { type: 'json' };
import { compileProfile } from './compile.ts';
import type { CompiledProfile } from './compile.ts';
import { compileValueSet } from './valueset.ts';
import type { MembershipTest, Terminology } from './valueset.ts';

const publishedProfiles: Readonly<Record<string, string>> = r4Profiles;

/** Everything the given packages and R4 itself define, compiled when first asked for. */
export class Registry implements Terminology {
  private readonly packages: readonly FhirPackage[];
  private readonly profiles = new Map<string, CompiledProfile | null>();
  private readonly valueSets = new Map<string, MembershipTest>();

  /** Packages that the given ones ask for and that are not among them, whatever the version. */
  readonly lacking: readonly string[];

  constructor(packages: readonly FhirPackage[]) {
    this.packages = packages;
    const given = new Set(['hl7.fhir.r4.core', ...packages.map(({ id }) => id)]);
    const asked = packages.flatMap(({ dependencies }) => Object.entries(dependencies));
    this.lacking = asked.filter(([id]) => !given.has(id)).map(([id, version]) => `${id} ${version}`);
  }

  /** The profile (version tolerated), or null when neither the packages nor R4 have it. */
  profile(canonical: string): CompiledProfile | null {
    const before = this.profiles.get(canonical);
    if (before !== undefined) return before;
    const url = withoutVersion(canonical);
    if (url !== canonical) return this.profile(url);
    const definition = this.structure(url);
    // What is unknown is not kept: input names whatever it likes.
    if (definition?.derivation !== 'constraint') return null;
    this.profiles.set(url, null); // while it is compiled: profiles may go round
    const compiled = compileProfile(definition, {
      find: (each) => this.structure(each),
      profile: (each) => this.profile(each),
    });
    this.profiles.set(url, compiled);
    return compiled;
  }

  /** The test of a value set: `unknown` for every code when it is nowhere defined. */
  members(canonical: string): MembershipTest {
    const url = withoutVersion(canonical);
    const known = this.valueSets.get(url) ?? compileValueSet(url, this);
    this.valueSets.set(url, known);
    return known;
  }

  /** Whether a value set is defined here at all. */
  knows(canonical: string): boolean {
    return this.valueSet(canonical) !== undefined || r4Codes(canonical) !== undefined;
  }

  valueSet(canonical: string): ValueSet | undefined {
    const found = this.find(canonical);
    return found?.resourceType === 'ValueSet' ? found : undefined;
  }

  codeSystem(canonical: string): CodeSystem | undefined {
    const found = this.find(canonical);
    return found?.resourceType === 'CodeSystem' ? found : undefined;
  }

  private structure(url: string): StructureDefinition | undefined {
    const found = this.find(url);
    if (found?.resourceType === 'StructureDefinition') return found;
    if (!Object.hasOwn(publishedProfiles, url)) return undefined;
    return JSON.parse(publishedProfiles[url] ?? '') as StructureDefinition;
  }

  private find(canonical: string): ConformanceResource | undefined {
    const url = withoutVersion(canonical);
    for (const each of this.packages) {
      const found = each.resources.get(url);
      if (found) return found;
    }
    return undefined;
  }
}
