/** The specimens an order comes with, and what is observed with it: the same rules as for a laboratory's message. */
import { resultEntry } from '../lab-oru/observation.ts';
import { specimenSourceEntry } from '../lab-oru/specimen-source.ts';
import { specimenEntry, type SpecimenScope } from '../lab-oru/specimen.ts';
import type { OrderScope as ResultScope } from '../lab-oru/scope.ts';
import type { ResultLines } from '../lab-oru/groups.ts';
import { dateTimeOf } from '../hl7v2/datatypes/ts.ts';
import type { OrderScope } from './scope.ts';

const RULE = 'order.collected';

export interface OrderedSpecimens {
  /** fullUrls. */
  readonly specimens: readonly string[];
  /** fullUrls of the Observations about them. */
  readonly observations: readonly string[];
}

/** SPM, else OBR-15. */
export function specimensOf(scope: OrderScope): OrderedSpecimens {
  const { group } = scope;
  const making = specimenScope(scope);
  if (group.specimens.length === 0) {
    const source = group.obr && specimenSourceEntry(making, group.obr);
    return { specimens: source === undefined ? [] : [source], observations: [] };
  }
  const made = group.specimens.map((lines) => ({ lines, fullUrl: specimenEntry(making, lines) }));
  return {
    specimens: made.map(({ fullUrl }) => fullUrl),
    observations: made.flatMap(({ lines, fullUrl }) => observationsOf(scope, lines.results, fullUrl)),
  };
}

/** `effective` is read only by a specimen that needs it: elsewhere OBR-7 has no place, and must travel as it is. */
function specimenScope(scope: OrderScope): SpecimenScope {
  const { bundle, reading, keys, patient, specimens, numbers } = scope;
  const { obr } = scope.group;
  return {
    bundle,
    reading,
    keys,
    subject: patient,
    specimens,
    numbers,
    get effective() {
      const end = obr && dateTimeOf(obr.at(8), RULE, reading);
      const start = obr && dateTimeOf(obr.at(7), RULE, reading);
      return end ? { effectivePeriod: { start, end } } : start ? { effectiveDateTime: start } : {};
    },
  };
}

/**
 * OBX that come with an order are told by who orders: no laboratory category, no profile, no report, nobody assumed to have
 * made them. Their key is within the order.
 */
export const observationsOf = (scope: OrderScope, results: readonly ResultLines[], specimen?: string): string[] =>
  results.map((lines) => {
    const links = { order: undefined, specimen, report: false, comments: [] };
    return resultEntry(observing(scope), lines, links).reference;
  });

const observing = (scope: OrderScope): ResultScope => ({
  ...scope,
  subject: scope.patient,
  laboratory: undefined,
  takeStrays: () => [],
  addresses: new Map(),
  planned: () => [],
  parent: { order: undefined, result: undefined },
  section: { laboratory: false, reportCategory: [], resultCategory: [] },
  effective: {},
  issued: undefined,
});
