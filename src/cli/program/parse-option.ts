import { parseDurationMs } from '../output/time-text.ts';
import type { OptionSpec, OptionValue } from './command-spec.ts';

export type ParsedOption = { kind: 'value'; value: OptionValue } | { kind: 'refused'; why: string };

/** Reads the text given for an option; `previous` is what the same option gave before (for repeatable ones). */
export function parseOption(spec: OptionSpec, text: string, previous: OptionValue): ParsedOption {
  if (spec.choices !== undefined && !spec.choices.includes(text)) {
    return refused(`must be one of ${spec.choices.join(', ')}, not ${JSON.stringify(text)}`);
  }
  if (spec.value === undefined) return { kind: 'value', value: text };
  switch (spec.value) {
    case 'texts':
      return { kind: 'value', value: [...(typeof previous === 'object' ? previous : []), text] };
    case 'count':
    case 'ms': {
      const value = wholeNumber(text);
      const unit = spec.value === 'ms' ? ' of milliseconds' : '';
      return value === undefined
        ? refused(`must be a whole number${unit}, not ${JSON.stringify(text)}`)
        : { kind: 'value', value };
    }
    case 'port': {
      const value = wholeNumber(text);
      return value === undefined || value < 1 || value > 65_535
        ? refused(`must be a port from 1 to 65535, not ${JSON.stringify(text)}`)
        : { kind: 'value', value };
    }
    case 'duration': {
      const value = parseDurationMs(text);
      return value === undefined
        ? refused(`must be a duration such as 30s, 5m, 2h or 1d, not ${JSON.stringify(text)}`)
        : { kind: 'value', value };
    }
  }
}

function refused(why: string): ParsedOption {
  return { kind: 'refused', why };
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
