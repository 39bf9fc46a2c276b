/** What makes a medication message one that cannot be taken, each fault at its place. */
import type { Issue } from '../../profiles/issue.ts';
import type { Repetition } from '../hl7v2/message.ts';
import { giveOf } from './give.ts';
import type { OrderGroup } from './order-group.ts';
import { SUPPLIES, type Told } from './told.ts';

export function faults(told: Told | undefined, groups: readonly OrderGroup[]): Issue[] {
  if (told === undefined) {
    const text = 'This mapping reads RDE^O11, RDE^O25, OMP^O09, RDS^O13 and RAS^O17.';
    return [fault('not-supported', 'MSH-9', 'message-type', text)];
  }
  const segment = SUPPLIES[told];
  if (groups.length === 0) {
    const text = `The message holds no medication order (ORC with ${segment?.name ?? 'RXO or RXE'}).`;
    return [fault('required', 'ORC', 'required-segment', text)];
  }
  return groups.flatMap((group) => {
    const path = group.orc?.rep(1).path() ?? 'ORC-1';
    const products = segment === undefined ? orderedIn(group) : suppliedIn(group, segment.code);
    if (products.length === 0) {
      const text =
        segment === undefined
          ? 'The order has neither RXE nor RXO: nothing says what is ordered.'
          : `The order has no ${segment.name}: nothing says what was ${segment.done}.`;
      return [fault('required', path, 'required-segment', text)];
    }
    const moments = told === 'administration' ? suppliedIn(group, 3) : [];
    return [
      ...unfilled(products, 'The order names no product.'),
      ...unfilled(moments, 'Nothing says when it was given.'),
    ];
  });
}

const unfilled = (fields: readonly Repetition[], text: string): Issue[] =>
  fields.filter(({ filled }) => !filled).map((field) => fault('required', field.path(), 'required-field', text));

function orderedIn(group: OrderGroup): Repetition[] {
  const code = giveOf(group)?.one('code');
  return code === undefined ? [] : [code];
}

const suppliedIn = (group: OrderGroup, code: number): Repetition[] =>
  group.supplies.map(({ segment }) => segment.rep(code));

const fault = (code: Issue['code'], expression: string, rule: string, text: string): Issue => ({
  severity: 'error',
  code,
  expression,
  rule,
  text,
});
