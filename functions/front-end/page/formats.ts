const number = new Intl.NumberFormat();
const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });

const cents = { minimumFractionDigits: 2, maximumFractionDigits: 2 } as const;
const units = new Intl.NumberFormat(undefined, cents);
const change = new Intl.NumberFormat(undefined, { ...cents, signDisplay: 'exceptZero' });

export const formatNumber = (value: number) => number.format(value);
/** Of a stake: an amount without a currency. */
export const formatUnits = (value: number) => units.format(value);
export const formatChange = (value: number) => change.format(value);
export const formatTime = (value: Date | string) => time.format(new Date(value));
export const formatDateTime = (value: Date | string) => dateTime.format(new Date(value));
export const formatPercent = (share: number) => percent.format(share);
export const formatMs = (ms: number) => `${number.format(Math.round(ms))} ms`;

/** Digits after the point in a currency: 2 for EUR, 0 for JPY. An unknown code has 2. */
function digitsOf(currency: string): number {
  try {
    const { maximumFractionDigits } = new Intl.NumberFormat('en', {
      style: 'currency',
      currency,
    }).resolvedOptions();
    return maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

/** An amount in minor units, as the reader's locale writes it. */
export function formatMoney(minor: number, currency: string): string {
  const digits = digitsOf(currency);
  try {
    return new Intl.NumberFormat(undefined, { style: 'currency', currency }).format(minor / 10 ** digits);
  } catch {
    return `${(minor / 10 ** digits).toFixed(digits)} ${currency}`;
  }
}

/** What is typed for an amount (`12.50`, `12,5`) in minor units; `undefined` if it is no such amount. */
export function parseMoney(text: string, currency: string): number | undefined {
  const digits = digitsOf(currency);
  const [, whole = '', rest = ''] = /^\s*(\d{1,9})(?:[.,](\d*))?\s*$/.exec(text) ?? [];
  if (whole === '' || rest.length > digits) return undefined;
  return Number(whole) * 10 ** digits + Number(rest.padEnd(digits, '0') || '0');
}

/** An amount as it would be typed. */
export function typedMoney(minor: number, currency: string): string {
  const digits = digitsOf(currency);
  return (minor / 10 ** digits).toFixed(digits);
}
