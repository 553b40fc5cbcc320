// Each package has to say the version under which it was installed: cassettes and exports state it.
const assert = require('node:assert/strict');
const { execSync } = require('node:child_process');
const { exportCassette } = require('@reel/convert');
const { version } = require('@reel/core');

const installed = (name) => require(`@reel/${name}/package.json`).version;
const har = exportCassette({ interactions: [], recordedAt: new Date().toISOString() }, 'har');

assert.equal(version, installed('core'));
assert.equal(JSON.parse(har.text).log.creator.version, installed('convert'));
assert.equal(execSync('reel --version', { encoding: 'utf8' }).trim(), installed('cli'));
