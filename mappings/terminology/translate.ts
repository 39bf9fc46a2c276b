/**
 * Translates codes by the ConceptMaps of this folder. A code that is not in the map has no translation: the original
 * travels, marked, and nobody guesses.
 */
import administrationStatus from './administration-status.json' with { type: 'json' };
import allergenType from './allergen-type.json' with { type: 'json' };
import allergySeverity from './allergy-severity.json' with { type: 'json' };
import dischargeDisposition from './discharge-disposition.json' with { type: 'json' };
import dispenseStatus from './dispense-status.json' with { type: 'json' };
import doseUnits from './dose-units.json' with { type: 'json' };
import medicationMethod from './medication-method.json' with { type: 'json' };
import medicationRoute from './medication-route.json' with { type: 'json' };
import medicationStatus from './medication-status.json' with { type: 'json' };
import medicationStop from './medication-stop.json' with { type: 'json' };
import observationStatus from './observation-status.json' with { type: 'json' };
import orderControl from './order-control.json' with { type: 'json' };
import orderState from './order-state.json' with { type: 'json' };
import panelStatus from './panel-status.json' with { type: 'json' };
import reportStatus from './report-status.json' with { type: 'json' };
import requestPriority from './request-priority.json' with { type: 'json' };
import resultFlags from './result-flags.json' with { type: 'json' };
import resultType from './result-type.json' with { type: 'json' };
import specimenStatus from './specimen-status.json' with { type: 'json' };
import specimenType from './specimen-type.json' with { type: 'json' };
import units from './units.json' with { type: 'json' };

/** The part of a FHIR R4 ConceptMap that a translation reads. */
export interface ConceptMap {
  readonly url: string;
  readonly group: readonly {
    readonly source?: string;
    readonly target: string;
    readonly element: readonly {
      readonly code: string;
      readonly target: readonly { readonly code: string; readonly display?: string }[];
    }[];
  }[];
}

export const CONCEPT_MAPS = {
  'administration-status': administrationStatus,
  'allergen-type': allergenType,
  'allergy-severity': allergySeverity,
  'discharge-disposition': dischargeDisposition,
  'dispense-status': dispenseStatus,
  'dose-units': doseUnits,
  'medication-method': medicationMethod,
  'medication-route': medicationRoute,
  'medication-status': medicationStatus,
  'medication-stop': medicationStop,
  'observation-status': observationStatus,
  'order-control': orderControl,
  'order-state': orderState,
  'panel-status': panelStatus,
  'report-status': reportStatus,
  'request-priority': requestPriority,
  'result-flags': resultFlags,
  'result-type': resultType,
  'specimen-status': specimenStatus,
  'specimen-type': specimenType,
  units,
} satisfies Readonly<Record<string, ConceptMap>>;

export type ConceptMapName = keyof typeof CONCEPT_MAPS;

/** What a code is called in another system, and which ConceptMap says so. */
export interface Translation {
  readonly system: string;
  readonly code: string;
  readonly display?: string;
  /** Canonical of the ConceptMap. */
  readonly map: string;
}

/** Code system of HL7 table `0085` in FHIR: `http://terminology.hl7.org/CodeSystem/v2-0085`. */
export const v2Table = (table: string): string => `http://terminology.hl7.org/CodeSystem/v2-${table}`;

/** Source of a map whose codes come from no code system (unit texts). */
const NO_SYSTEM = '';

const index = new Map<string, Translation[]>();
for (const [name, map] of Object.entries<ConceptMap>(CONCEPT_MAPS)) {
  for (const { source = NO_SYSTEM, target: system, element } of map.group) {
    for (const { code, target } of element) {
      const key = `${name}|${source}|${code}`;
      const found = target.map(({ code: to, display }): Translation => {
        const translation = { system, code: to, map: map.url };
        return display === undefined ? translation : { ...translation, display };
      });
      index.set(key, [...(index.get(key) ?? []), ...found]);
    }
  }
}

/** All translations of a code, in the order of the map: the flags of OBX-8 have one in v3 and one in SNOMED CT. */
export const translateAll = (map: ConceptMapName, system: string, code: string): readonly Translation[] =>
  index.get(`${map}|${system}|${code}`) ?? [];

/** The first translation of `code` of `system` (`v2Table('0085')`, or '' for unit texts); undefined: there is none. */
export const translate = (map: ConceptMapName, system: string, code: string): Translation | undefined =>
  translateAll(map, system, code)[0];
