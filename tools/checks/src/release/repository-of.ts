/** Where a package's sources are, as `package.json` says it. */
export interface RepositoryField {
  readonly type: 'git';
  readonly url: string;
  readonly directory: string;
}

/**
 * The repository that is releasing, as GitHub Actions names it. A registry takes a statement of provenance only for a package that says
 * it comes from the repository that signed, so forks and renames are right by themselves.
 * @param path of the package in the repository: `packages/core`
 * @throws Error outside of GitHub Actions: what is published by hand has no provenance
 */
export function repositoryOf(
  path: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): RepositoryField {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = environment;
  if (server === undefined || name === undefined || !/^[\w.-]+\/[\w.-]+$/.test(name))
    throw new Error(
      'a release is made by .github/workflows/release.yml: GITHUB_SERVER_URL and GITHUB_REPOSITORY are not set',
    );
  return { type: 'git', url: `git+${server}/${name}.git`, directory: path };
}
