import type { Remedy } from '../ops-error.ts';

/** Something about the config that somebody should know. `error` stops the gateway with exit 78; `warning` never does. */
export type ConfigIssue = {
  /** Dotted path, `''` for the file as a whole. */
  path: string;
  message: string;
  severity: 'error' | 'warning';
  kind: 'syntax' | 'value' | 'combination' | 'environment' | 'include';
  /** 1-based, when the place in the file is known. */
  line?: number;
  column?: number;
  remedies?: readonly Remedy[];
};

/** A key this product does not read. It stays in the file untouched. */
export type UnknownKey = {
  path: string;
  /** The known key it probably should be. */
  nearest?: string;
  /** What is known about it: lives elsewhere, retired, belongs to the real program. */
  note?: string;
  /** 1-based, when it stands in this file. */
  line?: number;
  column?: number;
  remedies?: readonly Remedy[];
};
