/** HD (HL7 v2.5 §2.A.33): who hands out a number or a code. */
import { leafFrom } from '../leaf.ts';
import type { Cell } from '../message.ts';

/** The three parts of an HD, as subcomponents of one component or as three components of a field. */
export interface Authority {
  readonly namespace: Cell;
  readonly universalId: Cell;
  readonly universalIdType: Cell;
}

export const authorityIn = (cellAt: (part: 1 | 2 | 3) => Cell): Authority => ({
  namespace: cellAt(1),
  universalId: cellAt(2),
  universalIdType: cellAt(3),
});

export const OID = /^[0-2](?:\.(?:0|[1-9]\d*))+$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The assigner as `assignedSystem` takes it: an OID or URI when the HD has one, else its name; '' when it is empty.
 * Marks what it read.
 */
export function assignerOf({ namespace, universalId, universalIdType }: Authority): string {
  const id = universalId.text.trim();
  const type = universalIdType.text.trim().toUpperCase();
  const name = namespace.text.trim();
  // Whoever makes the system names one of them as its source; the others are part of it.
  // A type alone types nothing, and is left to travel.
  const [by, ...others] = [universalId, namespace].filter(({ filled }) => filled);
  if (by !== undefined)
    leafFrom([by, ...others, ...(universalIdType.filled ? [universalIdType] : [])], '', 'datatype.HD');
  if (OID.test(id) && (type === 'ISO' || type === '')) return id;
  if (UUID.test(id) && (type === 'UUID' || type === 'GUID')) return `urn:uuid:${id.toLowerCase()}`;
  if (/^(?:https?:|urn:)\S+$/i.test(id)) return id;
  return [name, id].filter((part) => part !== '').join('/');
}
