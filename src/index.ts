export { type AnalyseOptions, analyse } from './analyse.ts'
export { checkFindings, type FindingsGate } from './analysis/findings-check.ts'
export type {
  Cause,
  Change,
  Check,
  CheckName,
  Difference,
  DiveFigures,
  EcosystemName,
  Finding,
  FindingsCheck,
  Report,
  ReportBase,
  ReportDockerfile,
  ReportFile,
  ReportImage,
  ReportLayer,
  ReportPackage,
  ReportPackages,
  ReportPath,
  RuntimeConfig,
  Safety,
  Savings,
  Severity,
  Summary,
  SuppressedFinding,
  ThresholdCheck,
  ThresholdName,
  Unread,
  WastedBody,
} from './analysis/report.ts'
export { evaluate, judgedFigures, resolveThresholds, type Thresholds } from './analysis/thresholds.ts'
export { UserError, type Warning } from './errors.ts'
export type { Progress } from './oci/layer.ts'
export { LIMITS, type LimitName, type Limits } from './oci/limits.ts'
export type { Platform } from './oci/platform.ts'
export type { Reporter, ReporterOptions } from './reporters/reporter.ts'
export { REPORTERS } from './reporters/reporters.ts'
export type { Ignore, Policy, Size } from './rules/policy.ts'
export type { Input } from './sources/open.ts'
