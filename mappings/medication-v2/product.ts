/** RXE-2 or RXO-1, RXD-2, RXA-5, the form and RXC to mp-PharmaceuticalProduct; nothing is read out of the words of a product. */
import type { Medication, MedicationIngredient } from 'fhir/r4.js';
import { SYSTEM } from '../../profiles/canonical.ts';
import { identifierOf } from '../bundle.ts';
import { constant, type Draft, type Leaf } from '../draft.ts';
import { codeableConcept, codesOf } from '../hl7v2/datatypes/cwe.ts';
import { leafAt } from '../hl7v2/leaf.ts';
import type { Cell, Repetition } from '../hl7v2/message.ts';
import { carryRemainders } from '../hl7v2/segments/remainder.ts';
import { derivedId } from '../identity.ts';
import {
  FORMS,
  INGREDIENT_SYSTEMS,
  OWN_PRODUCT,
  PRODUCT,
  PRODUCT_SYSTEMS,
  UNTRANSLATED,
} from '../medication-profile.ts';
import { untranslatedCode } from '../untranslated.ts';
import type { ComponentLines } from './order-group.ts';
import { amountOf, unitOf } from './quantity.ts';
import type { GivenScope, GroupScope } from './scope.ts';

const RULE = 'medication.product';

/** Where a product is told of, and what tells two of one order apart. */
export interface ProductLines {
  readonly code: Repetition;
  readonly form: Repetition;
  readonly components: readonly ComponentLines[];
  /** Place of the product within its order. */
  readonly place: string;
  readonly batch?: Draft<Medication['batch']>;
}

/** The product of an order as it is encoded, else as it was requested. */
export function orderedProduct({ give, group }: GivenScope): ProductLines {
  const { encoded, requested } = group;
  const components = encoded.components.length > 0 ? encoded.components : requested.components;
  return { code: give.one('code'), form: give.one('form'), components, place: 'medication product' };
}

/** Adds a product; its key is the order's, for what a product is made of may differ by order. */
export function productEntry(scope: GroupScope, { code, form, components, place, batch }: ProductLines): string {
  const { bundle, reading, numbers } = scope;
  const id = derivedId(reading.source, numbers.within, place);
  return bundle.add<Medication>('Medication', id, () => {
    const codes = systemsIn(code, scope);
    const formKnown = !form.filled || systemsIn(form, scope).includes(FORMS);
    const strange = components.find(
      ({ rxc }) => !systemsIn(rxc.rep(2), scope).some((system) => INGREDIENT_SYSTEMS.includes(system)),
    );
    const productKnown = codes.some((system) => PRODUCT_SYSTEMS.includes(system));
    if (!productKnown)
      warn(scope, code, codeCell(code), 'The product has no code of the G-Standaard; it travels as sent.');
    if (!formKnown) warn(scope, form, codeCell(form), 'The form has no code of the G-Standaard; it travels as sent.');
    if (strange !== undefined)
      warn(scope, strange.rxc.rep(2), strange.rxc.at(2), 'A component has no code that MP9 knows; it travels as sent.');
    const profile = formKnown && strange === undefined ? PRODUCT : OWN_PRODUCT;
    const draft = {
      meta: {
        profile: [constant(profile, RULE)],
        tag:
          productKnown && profile === PRODUCT
            ? undefined
            : [{ system: constant(UNTRANSLATED.system, RULE), code: constant(UNTRANSLATED.code, RULE) }],
      },
      identifier: [identifierOf(id)],
      code: codeableConcept(code, `${RULE}.code`, reading),
      form: codeableConcept(form, `${RULE}.form`, reading),
      ingredient: components.map((lines) => ingredient(lines, scope)),
      batch,
    };
    const segments = components.flatMap(({ rxc, notes }) => [rxc, ...notes]);
    return { ...draft, extension: carryRemainders(segments, 'medication.remainder') };
  });
}

const systemsIn = (repetition: Repetition, { reading }: GroupScope): string[] =>
  codesOf(repetition, RULE, reading).map(({ system }) => system);

const codeCell = (repetition: Repetition): Cell =>
  [1, 4].map((component) => repetition.cell(component)).find(({ filled }) => filled) ?? repetition.cell(1);

function warn({ reading }: GroupScope, repetition: Repetition, cell: Cell, text: string): void {
  const coding = untranslatedCode(codesOf(repetition, RULE, reading));
  reading.warnings.push({ code: 'untranslated-code', location: cell.path(), text, ...coding });
}

/** RXC-1: the base carries, the additive works (HL7 table 0166). */
function isActive(cell: Cell): Leaf<boolean> | undefined {
  const kind = cell.text.trim();
  return kind === 'A' || kind === 'B' ? leafAt(cell, kind === 'A', RULE) : undefined;
}

function ingredient({ rxc }: ComponentLines, { reading }: GroupScope): Draft<MedicationIngredient> | undefined {
  const rule = `${RULE}.ingredient`;
  const item = codeableConcept(rxc.rep(2), rule, reading);
  if (item === undefined) return undefined;
  const amount = rxc.at(3).filled ? amountOf(rxc.at(3), unitOf(rxc.rep(4), reading), rule, reading) : undefined;
  return {
    itemCodeableConcept: item,
    isActive: isActive(rxc.at(1)),
    // RXC-3 is the amount in the whole of the preparation.
    strength: amount && { numerator: amount, denominator: whole() },
  };
}

const whole = () => ({
  value: constant(1, RULE),
  system: constant(SYSTEM.ucum, RULE),
  code: constant('1', RULE),
});
