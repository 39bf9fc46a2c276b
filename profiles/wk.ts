/** The gateway's own profiles, extensions, codes and value sets (`wk/*.json`), and the package the validator takes. */
import type { ActivityDefinition, CodeSystem, StructureDefinition, ValueSet } from 'fhir/r4.js';
import { packageOf, type FhirPackage } from './package.ts';
import activityDefinitionOpnameWijkkliniek from './wk/ActivityDefinition-opname-wijkkliniek.json' with { type: 'json' };
import codeSystem from './wk/CodeSystem-wk.json' with { type: 'json' };
import valueSetAll from './wk/ValueSet-wk-all.json' with { type: 'json' };
import valueSetBusinessStatus from './wk/ValueSet-wk-business-status.json' with { type: 'json' };
import valueSetCoTreatment from './wk/ValueSet-wk-co-treatment.json' with { type: 'json' };
import valueSetStatusReason from './wk/ValueSet-wk-status-reason.json' with { type: 'json' };
import valueSetTier from './wk/ValueSet-wk-tier.json' with { type: 'json' };
import valueSetTierAdmissible from './wk/ValueSet-wk-tier-admissible.json' with { type: 'json' };
import valueSetTypeOfWork from './wk/ValueSet-wk-type-of-work.json' with { type: 'json' };
import advanceNotice from './wk/wk-AdvanceNotice.json' with { type: 'json' };
import alert from './wk/wk-Alert.json' with { type: 'json' };
import allergyIntolerance from './wk/wk-AllergyIntolerance.json' with { type: 'json' };
import careTeam from './wk/wk-CareTeam.json' with { type: 'json' };
import coTreatmentRequest from './wk/wk-CoTreatmentRequest.json' with { type: 'json' };
import consultComposition from './wk/wk-ConsultComposition.json' with { type: 'json' };
import dischargeComposition from './wk/wk-DischargeComposition.json' with { type: 'json' };
import fallRisk from './wk/wk-FallRisk.json' with { type: 'json' };
import laboratoryTestResult from './wk/wk-LaboratoryTestResult.json' with { type: 'json' };
import patient from './wk/wk-Patient.json' with { type: 'json' };
import problem from './wk/wk-Problem.json' with { type: 'json' };
import specimen from './wk/wk-Specimen.json' with { type: 'json' };
import transferBundle from './wk/wk-TransferBundle.json' with { type: 'json' };
import transferComposition from './wk/wk-TransferComposition.json' with { type: 'json' };
import transferRequest from './wk/wk-TransferRequest.json' with { type: 'json' };
import transferTask from './wk/wk-TransferTask.json' with { type: 'json' };
import triageOutcome from './wk/wk-TriageOutcome.json' with { type: 'json' };
import originalTime from './wk/wk-original-time.json' with { type: 'json' };
import rule from './wk/wk-rule.json' with { type: 'json' };
import sourceField from './wk/wk-source-field.json' with { type: 'json' };
import variable from './wk/wk-variable.json' with { type: 'json' };

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
  patient,
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
