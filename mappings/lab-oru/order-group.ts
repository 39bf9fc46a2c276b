/** One order group: its order, specimens, results, panel and report, linked to each other. */
import { panelEntry } from './panel.ts';
import { orderEntry } from './order.ts';
import { resultEntry, type Links, type ResultEntry } from './observation.ts';
import { reportEntry } from './report.ts';
import type { OrderScope } from './scope.ts';
import { specimenEntry } from './specimen.ts';
import { specimenSourceEntry } from './specimen-source.ts';

export function orderGroup(scope: OrderScope): void {
  const { obr, results, notes } = scope.group;
  const isPanel = obr?.rep(4).filled === true && results.length > 1;
  // R4 reports have no note: a comment on the order stands with the panel, or with the only result.
  const withResult = obr !== undefined && (isPanel || results.length === 1) ? notes : [];
  const order = orderEntry(scope, withResult.length > 0 ? [] : notes);
  const specimens = specimensOf(scope);
  const [specimen, ...others] = specimens;
  const links: Links = {
    order,
    specimen: others.length === 0 ? specimen : undefined,
    report: obr !== undefined,
    comments: isPanel ? [] : withResult,
  };
  const entries: ResultEntry[] = results.map((lines) => resultEntry(scope, lines, links));
  if (obr === undefined) return;
  const members = entries.map(({ reference }) => reference);
  const panel = isPanel ? panelEntry(scope, obr, { order, specimens, members, comments: withResult }) : undefined;
  reportEntry(scope, obr, { order, specimens, results: panel ? [panel, ...entries] : entries });
}

function specimensOf(scope: OrderScope): string[] {
  const { obr, specimens } = scope.group;
  if (specimens.length > 0) return specimens.map((lines) => specimenEntry(scope, lines));
  const source = obr && specimenSourceEntry(scope, obr);
  return source === undefined ? [] : [source];
}
