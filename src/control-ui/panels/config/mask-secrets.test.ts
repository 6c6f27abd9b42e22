import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskSecrets } from './mask-secrets.ts';

test('values of secret keys are covered in every way of writing them; the rest stays', () => {
  const table: [string, string][] = [
    ['{"token":"s3cret","port":1}', '{"token":"••••••","port":1}'],
    ["{ token: 's3cret', }", '{ token: "••••••", }'],
    ['{"password" : "a\\"s3cret"}', '{"password" : "••••••"}'],
    ['"BRAVE_API_KEY": "s3cret"', '"BRAVE_API_KEY": "••••••"'],
    ['{"botToken":"s3cret"}', '{"botToken":"••••••"}'],
    ['{"token": "s3cret', '{"token": "••••••"'],
    ['{"mode":"token"}', '{"mode":"token"}'],
    ['{"token":{"source":"env"}}', '{"token":{"source":"env"}}'],
  ];
  for (const [text, masked] of table) assert.equal(maskSecrets(text), masked);
});
