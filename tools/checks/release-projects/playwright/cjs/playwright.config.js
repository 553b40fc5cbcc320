const { defineConfig } = require('@playwright/test');
const { withReel } = require('@reel/playwright/config');

module.exports = withReel(defineConfig({ testDir: '.', reporter: 'list', workers: 1 }));
