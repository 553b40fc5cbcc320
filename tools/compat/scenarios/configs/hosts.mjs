import { defineConfig } from '@reel/core';

export default defineConfig({
  dir: '../cassettes',
  intercept: ['*.internal', '127.0.0.1:4999'],
  passthrough: ['telemetry.example.com'],
  redact: { fields: ['customer_code'] },
});
