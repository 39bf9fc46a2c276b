/** Segments of which a message has one: patient and stay. What else stands under those names must travel by itself. */
import type { Message, Segment } from '../message.ts';

const SINGLE: ReadonlySet<string> = new Set(['PID', 'PD1', 'PV1', 'PV2']);

/** The rules of patient and stay read the first of each, and a PV2 only beside a PV1. */
export const isRead = (segment: Segment, message: Message): boolean =>
  SINGLE.has(segment.name) && segment.ordinal === 1 && (segment.name !== 'PV2' || message.first('PV1') !== undefined);
