import { reel } from '@reel/vitest';

export default { plugins: [reel()] };
