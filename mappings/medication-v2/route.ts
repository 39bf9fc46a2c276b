/** RXR to route, site and method of a dosage (v2-to-FHIR: RXR[MedicationRequest]). */
import type { CodeableConcept, Coding, Dosage } from 'fhir/r4.js';
import { constant, type Draft } from '../draft.ts';
import { codeableConcept, codesOf, type ReadCode } from '../hl7v2/datatypes/cwe.ts';
import { leafAt, textOf, type Reading } from '../hl7v2/leaf.ts';
import type { Repetition, Segment } from '../hl7v2/message.ts';
import { ROUTES } from '../medication-profile.ts';
import { translateAll, v2Table, type ConceptMapName } from '../terminology/translate.ts';
import { untranslatedCode } from '../untranslated.ts';

const RULE = 'medication.route';

export interface ReadRoute {
  readonly dosage: Pick<
    { readonly [K in keyof Dosage]?: Draft<Exclude<Dosage[K], undefined>> | undefined },
    'route' | 'site' | 'method'
  >;
  /** No route, or one with a code of the G-Standaard, as MP9 requires. */
  readonly known: boolean;
}

/** The first RXR; further ones name a choice of routes and travel as source fields. */
export function routeOf(rxr: Segment | undefined, reading: Reading): ReadRoute {
  if (rxr === undefined) return { dosage: {}, known: true };
  const { concept, systems } = translated(rxr.rep(1), 'medication-route', '0162', `${RULE}.route`, reading);
  const known = concept === undefined || systems.includes(ROUTES);
  if (!known) {
    const text = 'The route has no code of the G-Standaard; it travels as sent.';
    const coding = untranslatedCode(codesOf(rxr.rep(1), RULE, reading, '0162'));
    reading.warnings.push({ code: 'untranslated-code', location: rxr.at(1).path(), text, ...coding });
  }
  return {
    dosage: {
      route: concept,
      site: codeableConcept(rxr.rep(2), `${RULE}.site`, reading, '0163'),
      method: translated(rxr.rep(4), 'medication-method', '0165', `${RULE}.method`, reading).concept,
    },
    known,
  };
}

/** What an HL7 table's code is called elsewhere goes first, the codes of the sender follow. */
function translated(
  repetition: Repetition,
  map: ConceptMapName,
  table: string,
  rule: string,
  reading: Reading,
): { readonly concept: Draft<CodeableConcept> | undefined; readonly systems: readonly string[] } {
  const codes = codesOf(repetition, rule, reading, table);
  const text = textOf(repetition.cell(9), rule) ?? (codes.length === 0 ? textOf(repetition.cell(2), rule) : undefined);
  if (codes.length === 0 && text === undefined) return { concept: undefined, systems: [] };
  const added = codes.flatMap((code) => translations(code, map, table, rule));
  const systems = [...added.map(({ system }) => system), ...codes.map(({ system }) => system)];
  const coding = [...added.map((one) => one.coding), ...codes.map((one) => one.coding)];
  return { concept: { coding, text }, systems };
}

function translations(
  { system, code, cell }: ReadCode,
  map: ConceptMapName,
  table: string,
  rule: string,
): { readonly system: string; readonly coding: Draft<Coding> }[] {
  if (system !== v2Table(table)) return [];
  return translateAll(map, system, code).map((found) => ({
    system: found.system,
    coding: {
      system: constant(found.system, rule),
      code: leafAt(cell, found.code, rule, found.map),
      display: found.display === undefined ? undefined : constant(found.display, rule),
    },
  }));
}
