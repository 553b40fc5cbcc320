// tsup writes declarations with the TypeScript compiler API, which TypeScript 7 does not ship:
// give tsup alone the last release that has one. The workspace itself type-checks with 7.
module.exports = {
  hooks: {
    readPackage(pkg) {
      if (pkg.name === 'tsup') {
        delete pkg.peerDependencies.typescript;
        pkg.dependencies.typescript = '6.0.3';
      }
      return pkg;
    },
  },
};
