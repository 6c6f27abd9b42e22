import { t } from '../text/translate.ts';

/** `512 MB`, `1.4 GB`: decimal units, two digits where they say something. */
export function bytesText(bytes: number): string {
  if (bytes >= 1e12) return t('amount.tb', { n: short(bytes / 1e12) });
  if (bytes >= 1e9) return t('amount.gb', { n: short(bytes / 1e9) });
  return t('amount.mb', { n: short(bytes / 1e6) });
}

/** `37 %`, `0.4 %`. */
export function percentText(share: number): string {
  return t('amount.percent', { n: short(share * 100) });
}

function short(value: number): string {
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}
