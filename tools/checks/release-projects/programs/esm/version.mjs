// Each package has to say the version under which it was installed: cassettes and exports state it.
import assert from 'node:assert/strict';
import { execSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { exportCassette } from '@reel/convert';
import { version } from '@reel/core';

const require = createRequire(import.meta.url);
const installed = (name) => require(`@reel/${name}/package.json`).version;
const har = exportCassette({ interactions: [], recordedAt: new Date().toISOString() }, 'har');

assert.equal(version, installed('core'));
assert.equal(JSON.parse(har.text).log.creator.version, installed('convert'));
assert.equal(execSync('reel --version', { encoding: 'utf8' }).trim(), installed('cli'));
