import { reel } from '@reel/vitest';
import { defineConfig } from 'vitest/config';

export default defineConfig({ plugins: [reel()] });
