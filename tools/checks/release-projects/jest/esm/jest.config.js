import { withReel } from '@reel/jest';

export default withReel({ watchman: false, transform: {} });
