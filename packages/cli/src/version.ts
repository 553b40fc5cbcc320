import manifest from '../package.json' with { type: 'json' };

/** Version of this package. The build keeps nothing else of the manifest. */
export const version: string = manifest.version;
