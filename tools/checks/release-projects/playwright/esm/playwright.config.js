import { defineConfig } from '@playwright/test';
import { withReel } from '@reel/playwright/config';

export default withReel(defineConfig({ testDir: '.', reporter: 'list', workers: 1 }));
