package io.doorbuster.sale;

import java.time.Duration;

/**
 * How the gate opens: wave n opens at {@code opensAt + n * every} and admits at most {@code wave}
 * requests for a SKU; units that come back are on sale again on a grid of {@code returnsEvery}.
 */
public record Release(int wave, Duration every, Pick pick, Duration returnsEvery) {}
