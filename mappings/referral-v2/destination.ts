/** To whom a REF message refers: the wijkkliniek, or a person. */
import type { RegionFacts } from '../mapping.ts';
import type { Segment } from '../hl7v2/message.ts';
import { destinationOf, type Destination } from '../transfer/wijkkliniek.ts';
import { cellsIn, toldWith } from '../hl7v2/leaf.ts';
import { withRole, type ReadProvider } from './provider.ts';

/** The wijkkliniek: PRD-7 of the one referred to, as a number of type WK or as an id the region knows. */
export function askedFor(providers: readonly ReadProvider[], region: RegionFacts | null): Destination {
  const known = new Set(region?.wijkklinieken.map(({ id }) => id));
  for (const { prd, roles } of withRole(providers, 'RT')) {
    for (const number of prd.reps(7)) {
      const cell = number.cell(1);
      const asked = cell.text.trim();
      const type = number.cell(2);
      if (asked === '' || (type.text.trim() !== 'WK' && !known.has(asked))) continue;
      if (type.filled) type.segment.markUsed(type, toldWith(cell));
      cell.segment.markUsed(cell);
      if (isPlace(prd)) for (const { code } of roles) prd.markUsed(code.cell, toldWith(cell));
      return destinationOf(region, asked, cell.path());
    }
  }
  return destinationOf(region, undefined, 'PRD-7');
}

/** A PRD-7 of type WK, or nothing by which it would be a person: the wijkkliniek itself. */
export const isPlace = (prd: Segment): boolean =>
  prd.reps(7).some((number) => number.cell(2).text.trim() === 'WK') || !prd.rep(2).filled;

/**
 * A provider who has no part in the referral, or is the wijkkliniek itself: nobody is made of it, and what PRD-1 says
 * travels with the rest of the segment.
 */
export function releaseNobody(providers: readonly ReadProvider[]): void {
  for (const { prd, roles } of providers) {
    if (!roles.every(({ role }) => role === 'RT' && isPlace(prd))) continue;
    for (const cell of prd.reps(1).flatMap(cellsIn)) if (prd.howUsed(cell) === '') prd.release(cell);
  }
}
