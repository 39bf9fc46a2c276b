/** The gateway's own profiles, extensions, codes and value sets (`*.json` here), and the package the validator takes. */
import type { ActivityDefinition, CodeSystem, StructureDefinition, ValueSet } from 'fhir/r4.js';
import { packageOf, type FhirPackage } from '../package.ts';
import activityDefinitionOpnameWijkkliniek from './ActivityDefinition-opname-wijkkliniek.json' with { type: 'json' };
import codeSystem from './CodeSystem-wk.json' with { type: 'json' };
import valueSetAll from './ValueSet-wk-all.json' with { type: 'json' };
import valueSetBusinessStatus from './ValueSet-wk-business-status.json' with { type: 'json' };
import valueSetCoTreatment from './ValueSet-wk-co-treatment.json' with { type: 'json' };
import valueSetStatusReason from './ValueSet-wk-status-reason.json' with { type: 'json' };
import valueSetTier from './ValueSet-wk-tier.json' with { type: 'json' };
import valueSetTierAdmissible from './ValueSet-wk-tier-admissible.json' with { type: 'json' };
import valueSetTypeOfWork from './ValueSet-wk-type-of-work.json' with { type: 'json' };
import advanceNotice from './wk-AdvanceNotice.json' with { type: 'json' };
import alert from './wk-Alert.json' with { type: 'json' };
import allergyIntolerance from './wk-AllergyIntolerance.json' with { type: 'json' };
import careTeam from './wk-CareTeam.json' with { type: 'json' };
import coTreatmentRequest from './wk-CoTreatmentRequest.json' with { type: 'json' };
import consultComposition from './wk-ConsultComposition.json' with { type: 'json' };
import dischargeComposition from './wk-DischargeComposition.json' with { type: 'json' };
import fallRisk from './wk-FallRisk.json' with { type: 'json' };
import laboratoryTestResult from './wk-LaboratoryTestResult.json' with { type: 'json' };
import medicationAdministration from './wk-MedicationAdministration.json' with { type: 'json' };
import medicationAgreement from './wk-MedicationAgreement.json' with { type: 'json' };
import patient from './wk-Patient.json' with { type: 'json' };
import pharmaceuticalProduct from './wk-PharmaceuticalProduct.json' with { type: 'json' };
import problem from './wk-Problem.json' with { type: 'json' };
import specimen from './wk-Specimen.json' with { type: 'json' };
import transferBundle from './wk-TransferBundle.json' with { type: 'json' };
import transferComposition from './wk-TransferComposition.json' with { type: 'json' };
import transferRequest from './wk-TransferRequest.json' with { type: 'json' };
import transferTask from './wk-TransferTask.json' with { type: 'json' };
import triageOutcome from './wk-TriageOutcome.json' with { type: 'json' };
import originalTime from './wk-original-time.json' with { type: 'json' };
import rule from './wk-rule.json' with { type: 'json' };
import sourceField from './wk-source-field.json' with { type: 'json' };
import variable from './wk-variable.json' with { type: 'json' };

/** Every StructureDefinition of ours: resource profiles and extensions. */
export const wkProfiles = [
  advanceNotice,
  alert,
  allergyIntolerance,
  careTeam,
  coTreatmentRequest,
  consultComposition,
  dischargeComposition,
  fallRisk,
  laboratoryTestResult,
  medicationAdministration,
  medicationAgreement,
  patient,
  pharmaceuticalProduct,
  problem,
  specimen,
  transferBundle,
  transferComposition,
  transferRequest,
  transferTask,
  triageOutcome,
  originalTime,
  rule,
  sourceField,
  variable,
] as readonly StructureDefinition[];

export const wkCodeSystem = codeSystem as CodeSystem;

export const wkValueSets = [
  valueSetAll,
  valueSetBusinessStatus,
  valueSetCoTreatment,
  valueSetStatusReason,
  valueSetTier,
  valueSetTierAdmissible,
  valueSetTypeOfWork,
] as readonly ValueSet[];

/** The service a transfer asks for (`ServiceRequest.instantiatesCanonical`). */
export const wkAdmission = activityDefinitionOpnameWijkkliniek as ActivityDefinition;

export const wkPackage: FhirPackage = packageOf('wijkkliniek.gateway', wkCodeSystem.version ?? '', [
  ...wkProfiles,
  wkCodeSystem,
  ...wkValueSets,
]);
