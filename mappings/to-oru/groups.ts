/** The order groups of an ORU^R01 that is being written: each order, report or lone observation with its results. */
import type { DiagnosticReport, FhirResource, Observation, Reference, ServiceRequest } from 'fhir/r4.js';
import { isA, type Entries } from '../hl7v2/write/entries.ts';
import { each, type Spot } from '../hl7v2/write/spot.ts';

export interface ResultGroup {
  readonly order: Spot<ServiceRequest> | undefined;
  readonly report: Spot<DiagnosticReport> | undefined;
  /** The Observation that says what the results together are: it has members and no value of its own. */
  readonly panel: Spot<Observation> | undefined;
  /** In the order of the Bundle. */
  readonly results: readonly Spot<Observation>[];
}

interface Open {
  order: Spot<ServiceRequest> | undefined;
  report: Spot<DiagnosticReport> | undefined;
  panel: Spot<Observation> | undefined;
  results: Spot<Observation>[];
}

const refers = (references: Spot<Reference[]>, entries: Entries, to: Spot<FhirResource> | undefined): boolean =>
  to !== undefined && each(references).some((reference) => entries.target(reference) === to);

const orderOf = (of: Spot<{ basedOn?: Reference[] | undefined }>, entries: Entries): Spot<ServiceRequest> | undefined =>
  each(of.at('basedOn'))
    .map((reference) => entries.target(reference))
    .find((target): target is Spot<ServiceRequest> => target !== undefined && isA(target, 'ServiceRequest'));

export function groupsOf(entries: Entries): ResultGroup[] {
  const groups: Open[] = [];
  const open = (part: Partial<Open>): Open => {
    const group = { order: undefined, report: undefined, panel: undefined, results: [], ...part };
    groups.push(group);
    return group;
  };
  const observations = entries.of('Observation');
  const forOrder = (order: Spot<ServiceRequest>): Open =>
    groups.find((group) => group.order === order) ?? open({ order });
  for (const report of entries.of('DiagnosticReport')) {
    const order = orderOf(report, entries);
    const group = order === undefined ? open({ report }) : forOrder(order);
    // Two reports on one order are two groups.
    if (group.report === undefined) group.report = report;
    else if (group.report !== report) open({ order, report });
  }
  for (const one of observations) {
    const listed = groups.filter(({ report }) => report && refers(report.at('result'), entries, one));
    const order = orderOf(one, entries);
    const group =
      listed.find((known) => known.order === order) ??
      listed[0] ??
      (order === undefined ? undefined : forOrder(order)) ??
      groups.find(({ panel }) => panel && refers(panel.at('hasMember'), entries, one)) ??
      open({});
    if (group.panel === undefined && isPanel(one.value)) group.panel = one;
    else group.results.push(one);
  }
  return joinPanels(groups, entries);
}

/** A lone observation that a later panel names as its member joins that panel. */
function joinPanels(groups: Open[], entries: Entries): Open[] {
  return groups.filter((group) => {
    const [only, ...more] = group.results;
    if (only === undefined || more.length > 0 || group.order || group.report || group.panel) return true;
    const of = groups.find(({ panel }) => panel && refers(panel.at('hasMember'), entries, only));
    of?.results.push(only);
    return of === undefined;
  });
}

const isPanel = (one: Observation | undefined): boolean =>
  one !== undefined &&
  (one.hasMember?.length ?? 0) > 0 &&
  !Object.keys(one).some((key) => key.startsWith('value') || key === 'component');
