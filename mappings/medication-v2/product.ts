/** RXE-2 or RXO-1, the form and RXC to mp-PharmaceuticalProduct; nothing is read out of the words of a product. */
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
import type { ComponentLines } from './groups.ts';
import { amountOf, unitOf } from './quantity.ts';
import type { OrderScope } from './scope.ts';

const RULE = 'medication.product';

/** Adds the product of an order; its key is the order's, for what a product is made of may differ by order. */
export function productEntry(scope: OrderScope): string {
  const { bundle, reading, give, numbers, group } = scope;
  const id = derivedId(reading.source, numbers.within, 'medication product');
  return bundle.add<Medication>('Medication', id, () => {
    const codes = systemsIn(give.one('code'), scope);
    const form = give.one('form');
    const components = group.encoded.components.length > 0 ? group.encoded.components : group.requested.components;
    const formKnown = !form.filled || systemsIn(form, scope).includes(FORMS);
    const strange = components.find(
      ({ rxc }) => !systemsIn(rxc.rep(2), scope).some((system) => INGREDIENT_SYSTEMS.includes(system)),
    );
    const productKnown = codes.some((system) => PRODUCT_SYSTEMS.includes(system));
    if (!productKnown)
      warn(
        scope,
        give.one('code'),
        codeCell(give.one('code')),
        'The product has no code of the G-Standaard; it travels as sent.',
      );
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
      code: codeableConcept(give.one('code'), `${RULE}.code`, reading),
      form: codeableConcept(form, `${RULE}.form`, reading),
      ingredient: components.map((lines) => ingredient(lines, scope)),
    };
    const segments = components.flatMap(({ rxc, notes }) => [rxc, ...notes]);
    return { ...draft, extension: carryRemainders(segments, 'medication.remainder') };
  });
}

const systemsIn = (repetition: Repetition, { reading }: OrderScope): string[] =>
  codesOf(repetition, RULE, reading).map(({ system }) => system);

const codeCell = (repetition: Repetition): Cell =>
  [1, 4].map((component) => repetition.cell(component)).find(({ filled }) => filled) ?? repetition.cell(1);

function warn({ reading }: OrderScope, repetition: Repetition, cell: Cell, text: string): void {
  const coding = untranslatedCode(codesOf(repetition, RULE, reading));
  reading.warnings.push({ code: 'untranslated-code', location: cell.path(), text, ...coding });
}

/** RXC-1: the base carries, the additive works (HL7 table 0166). */
function isActive(cell: Cell): Leaf<boolean> | undefined {
  const kind = cell.text.trim();
  return kind === 'A' || kind === 'B' ? leafAt(cell, kind === 'A', RULE) : undefined;
}

function ingredient({ rxc }: ComponentLines, { reading }: OrderScope): Draft<MedicationIngredient> | undefined {
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
