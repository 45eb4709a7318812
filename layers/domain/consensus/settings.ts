/** Every limit of the consensus, with its unit last in the name. */

/** A member that has not answered by then is late: of this call, and of it alone. */
export const memberTimeoutMs = 2_500;
/** The deployment's own models together, with the start of their function, which takes seconds now and then. */
export const foundersTimeoutMs = 8_000;
/** What a member may send: a standard answer has some 700 bytes. */
export const memberAnswerBytesMax = 16_384;
export const membersMax = 50;
/** Fewer answers are no group. */
export const membersMin = 3;
/** Counting predictions of a data set that wait for their outcome; with 20, members that turn gain (see README.md). */
export const openPredictionsMax = 5;
/** Outcomes of a data set that make a batch: the round of settlement. */
export const batchSize = 20;

/** From opening to the last reveal; a prediction that has none by then met a fault of ours and is void. */
export const revealWithinMs = 60_000;
/** How long the truth may take, unless the caller says less. */
export const outcomeWithinMs = 24 * 60 * 60 * 1_000;
export const outcomeWithinMsMin = 10_000;

/** Predictions whose outcome is applied by one call; the rest is the next call's. */
export const appliedMax = 20;
