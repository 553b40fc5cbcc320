/** The parts of Jest's reporter interface that are used: `@jest/reporters` is no dependency of a project that has `jest`. */

export interface GlobalConfig {
  readonly rootDir: string;
  readonly bail: number;
  readonly ci: boolean;
  readonly updateSnapshot: 'all' | 'new' | 'none';
  readonly testNamePattern?: string | undefined;
  readonly nonFlagArgs?: readonly string[];
  readonly runTestsByPath?: boolean;
  readonly onlyChanged?: boolean;
  readonly onlyFailures?: boolean;
  readonly findRelatedTests?: boolean;
  readonly projects: readonly unknown[];
  readonly shard?: { readonly shardIndex: number; readonly shardCount: number } | undefined;
}

export interface ProjectConfig {
  readonly rootDir: string;
  readonly runner: string;
  readonly displayName?: { readonly name: string } | undefined;
  readonly setupFilesAfterEnv: readonly string[];
}

export interface TestFile {
  readonly path: string;
  readonly context: { readonly config: ProjectConfig };
}

export interface Results {
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly numTotalTestSuites: number;
  readonly testResults: readonly unknown[];
  readonly wasInterrupted: boolean;
}

/** Why a run was not the whole suite; empty when it was. */
export function partsLeftOut(
  config: GlobalConfig,
  contexts: ReadonlySet<unknown>,
  results: Results,
): string[] {
  const { shard } = config;
  const reasons: [boolean, string][] = [
    [config.testNamePattern !== undefined && config.testNamePattern !== '', 'name filter'],
    [(config.nonFlagArgs ?? []).length > 0 || config.runTestsByPath === true, 'file filter'],
    [config.onlyChanged === true || config.findRelatedTests === true, 'changed files only'],
    [config.onlyFailures === true, 'failed tests only'],
    [contexts.size < config.projects.length, 'project filter'],
    [shard !== undefined, `shard ${shard?.shardIndex}/${shard?.shardCount}`],
    [results.wasInterrupted || results.testResults.length < results.numTotalTestSuites, 'stopped early'],
  ];
  return reasons.filter(([holds]) => holds).map(([, reason]) => reason);
}
