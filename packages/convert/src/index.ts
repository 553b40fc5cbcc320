export { detectFormat } from './detect/detect-format.ts';
export { formatIds, importFiles } from './import/import-files.ts';
export type { ImportOptions, ImportProgress } from './import/import-files.ts';
export type { ImportedFile, ImportNote, ImportReport, SkippedPart } from './import/report.ts';
export { exportCassette, exportFormats } from './export/export-cassette.ts';
export type { ExportableCassette, Exported, ExportFormat } from './export/export-cassette.ts';
export type { ExportLoss } from './export/exported.ts';
export { formatReport } from './import/format-report.ts';
