/** Everything that was ever deposited, as a negative balance. */
export const depositsAccount = 'deposits';
/** Everything that was ever withdrawn. */
export const withdrawalsAccount = 'withdrawals';
/** Halves of what was slashed. */
export const insuranceAccount = 'insurance';
/** What a key may stake or withdraw. */
export const settledAccount = (key: string) => `settled/${key}`;
/** What a key has at stake in a data set. */
export const stakeAccount = (dataset: string, key: string) => `stake/${dataset}/${key}`;
