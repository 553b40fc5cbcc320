type Env = Readonly<Record<string, string | undefined>>;

/**
 * The environment in which git pushes to GitHub with the token of the job (`REEL_PUSH_TOKEN`). As a setting in the environment it is on no
 * disk and in no list of processes, and other hosts do not get it.
 */
export function withCredentials(env: Env): Env {
  const { REEL_PUSH_TOKEN: token, ...rest } = env;
  if (!token) return rest;
  const server = (env['GITHUB_SERVER_URL'] || 'https://github.com').replace(/\/$/, '');
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  const count = Number(env['GIT_CONFIG_COUNT'] ?? 0) || 0;
  return {
    ...rest,
    GIT_CONFIG_COUNT: String(count + 1),
    [`GIT_CONFIG_KEY_${count}`]: `http.${server}/.extraheader`,
    [`GIT_CONFIG_VALUE_${count}`]: `AUTHORIZATION: basic ${basic}`,
  };
}
