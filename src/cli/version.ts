import packageFile from '../../package.json' with { type: 'json' };

/** Version of this product; also what peers see as `client.version`. */
export const VERSION: string = packageFile.version;
