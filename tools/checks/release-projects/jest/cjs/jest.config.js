const { withReel } = require('@reel/jest');

module.exports = withReel({ watchman: false, transform: {} });
