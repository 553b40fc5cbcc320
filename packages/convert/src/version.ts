/** Version of this package, as written into cassettes. Kept equal to package.json by a test. */
export const version = '0.0.0';
