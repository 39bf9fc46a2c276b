/** Which MP9 building block a resource is, by its type and category, and whether it meets that profile. */
import type { CodeableConcept, FhirResource } from 'fhir/r4.js';
import { SYSTEM } from '../../profiles/canonical.ts';
import {
  AGREEMENT,
  nictiz,
  OWN_AGREEMENT,
  OWN_PRODUCT,
  PRODUCT,
  ADMINISTRATION,
  OWN_ADMINISTRATION,
} from '../medication-profile.ts';
import { agreementMisfits, dosageMisfits, isSingle, productMisfits, regimenMisfits, type Misfit } from './fit.ts';

export interface BuildingBlock {
  readonly profile: string;
  /** Ours, with extensible bindings; absent where we have none. */
  readonly own?: string;
  readonly misfits: readonly Misfit[];
  /** Elements stand as often as the profile allows. */
  readonly fits: boolean;
  /** Category that the type alone makes certain, where the sender leaves it out. */
  readonly category?: string;
  /** Belongs to a pharmaceutical treatment. */
  readonly treated: boolean;
}

const holds = (concepts: readonly (CodeableConcept | undefined)[], code: string): boolean =>
  concepts.some((concept) => concept?.coding?.some((one) => one.system === SYSTEM.snomed && one.code === code));

/** Undefined for what is no building block of MP9, or does not say which. */
export function buildingBlock(resource: FhirResource): BuildingBlock | undefined {
  switch (resource.resourceType) {
    case 'Medication':
      return { profile: PRODUCT, own: OWN_PRODUCT, misfits: productMisfits(resource), fits: true, treated: false };
    case 'MedicationRequest': {
      const { category = [], dosageInstruction, note, reasonCode, reasonReference } = resource;
      const misfits = agreementMisfits(resource);
      const fits = isSingle(note, reasonCode, reasonReference);
      if (holds(category, '33633005')) return { profile: AGREEMENT, own: OWN_AGREEMENT, misfits, fits, treated: true };
      if (holds(category, '395067002'))
        return {
          profile: nictiz('mp-VariableDosingRegimen'),
          misfits: regimenMisfits(resource),
          fits,
          treated: true,
        };
      if (!holds(category, '52711000146108')) return undefined;
      const dosed = dosageMisfits(dosageInstruction, 'dosageInstruction');
      return { profile: nictiz('mp-DispenseRequest'), misfits: dosed, fits: isSingle(note), treated: true };
    }
    case 'MedicationDispense': {
      const { category, dosageInstruction, note, performer, authorizingPrescription } = resource;
      const misfits = dosageMisfits(dosageInstruction, 'dosageInstruction');
      const fits = isSingle(note, performer, authorizingPrescription);
      if (holds([category], '422037009'))
        return { profile: nictiz('mp-AdministrationAgreement'), misfits, fits, treated: true };
      return holds([category], '373784005')
        ? { profile: nictiz('mp-MedicationDispense'), misfits, fits, treated: true }
        : undefined;
    }
    case 'MedicationStatement': {
      const { category, dosage, note, statusReason } = resource;
      if (category !== undefined && !holds([category], '422979000')) return undefined;
      const misfits = dosageMisfits(dosage, 'dosage');
      const block = {
        profile: nictiz('mp-MedicationUse2'),
        misfits,
        fits: isSingle(note, statusReason),
        treated: true,
      };
      return category === undefined ? { ...block, category: '422979000' } : block;
    }
    case 'MedicationAdministration': {
      const { category, dosage, note, performer } = resource;
      if (category !== undefined && !holds([category], '18629005')) return undefined;
      const misfits = dosageMisfits(dosage && [{ ...(dosage.route && { route: dosage.route }) }], 'dosage').map(
        (misfit) => ({ ...misfit, place: 'dosage.route' }),
      );
      const block = {
        profile: ADMINISTRATION,
        own: OWN_ADMINISTRATION,
        misfits,
        fits: isSingle(note, performer),
        treated: true,
      };
      return category === undefined ? { ...block, category: '18629005' } : block;
    }
    default:
      return undefined;
  }
}
