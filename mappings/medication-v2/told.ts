/** What each message type tells of the orders in it, and the resource each order group becomes. */
import { messageTypeOf } from '../hl7v2/control-id.ts';
import type { Message } from '../hl7v2/message.ts';
import { codeKey } from '../lab-oru/order-numbers.ts';
import { agreementEntry } from './agreement.ts';
import { orderControl } from './control.ts';
import { dosageOf, wordsOf, type ReadDosage } from './dosage.ts';
import { giveOf } from './give.ts';
import type { OrderGroup } from './order-group.ts';
import { administrationEntry } from './medication-administration.ts';
import { dispenseEntry } from './medication-dispense.ts';
import { orderNumbers } from './order-numbers.ts';
import { refillEntry } from './refill-request.ts';
import type { GivenScope, GroupScope, Scope } from './scope.ts';
import { statementsOf } from './statement.ts';
import { sharesGroup, treatmentOf } from './treatment.ts';

export type Told = 'agreement' | 'refill' | 'dispense' | 'administration';

/** An ORM^O01 with RXO is an OMP^O09 under its older name. */
const TYPES: Readonly<Record<string, Told>> = {
  'RDE^O11': 'agreement',
  'OMP^O09': 'agreement',
  'ORM^O01': 'agreement',
  'RDE^O25': 'refill',
  'RDS^O13': 'dispense',
  'RAS^O17': 'administration',
};

/** Undefined: a message type of which nothing is read here. */
export function toldBy(message: Message): Told | undefined {
  const { type, event } = messageTypeOf(message);
  return TYPES[`${type}^${event}`];
}

/** The segment that tells of it, and the field that names the product. */
export const SUPPLIES: Readonly<
  Partial<Record<Told, { readonly name: string; readonly code: number; readonly done: string }>>
> = {
  dispense: { name: 'RXD', code: 2, done: 'dispensed' },
  administration: { name: 'RXA', code: 5, done: 'given' },
};

/** Adds what the message tells of its orders. */
export function addTold(told: Told | undefined, scope: Scope, groups: readonly OrderGroup[]): void {
  const isSupply = told !== undefined && SUPPLIES[told] !== undefined;
  const numbers = orderNumbers(groups, scope.controlId, scope.reading, told !== 'agreement');
  let before: { readonly fullUrl: string; readonly stopped: boolean } | undefined;
  groups.forEach((group, index) => {
    const own = numbers[index];
    if (own === undefined) return;
    const inGroup: GroupScope = { ...scope, group, numbers: own };
    const order = givenIn(inGroup);
    const treatment = treatmentOf(group, own, sharesGroup(index, numbers, groups), scope.reading);
    if (isSupply) {
      const dosage = order && told === 'dispense' ? dosageOfAll(order, group) : undefined;
      for (const supply of group.supplies) {
        // What else the order says is told once, with the first.
        const first = supply === group.supplies[0];
        const supplied = { ...inGroup, supply, treatment, order: first ? order : undefined, dosage };
        if (told === 'dispense') dispenseEntry(supplied);
        else administrationEntry(supplied);
      }
      return;
    }
    if (order === undefined) return;
    if (told === 'refill') {
      // Another group of the same order: its product and what was measured are its own, and not those of the first.
      const again = numbers.slice(0, index).some(({ within }) => within === own.within);
      const within = again ? `${own.within}#${group.ordinal}` : own.within;
      refillEntry({ ...order, numbers: { ...own, within } }, treatment);
      return;
    }
    const control = orderControl(group, groups[index + 1], scope.reading);
    const replaces = group.orc?.at(1).text.trim() === 'RO' && before?.stopped === true ? before.fullUrl : undefined;
    before = { fullUrl: agreementEntry({ ...order, control, replaces }, treatment), stopped: control.stopped };
  });
}

/** Several products together make up one ordered dose: said of each, it would be given as often. Then only the words stand. */
function dosageOfAll(order: GivenScope, { supplies }: OrderGroup): ReadDosage {
  const products = new Set(supplies.map(({ segment }) => codeKey(segment, 2)));
  return products.size > 1 ? wordsOf(order) : dosageOf(order, true);
}

/** Undefined when the group holds neither RXE nor RXO. */
function givenIn(scope: GroupScope): GivenScope | undefined {
  const give = giveOf(scope.group);
  return give && { ...scope, give, statements: statementsOf(scope.group) };
}
