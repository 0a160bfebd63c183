/** metrics: counters and histograms in, Prometheus text out. */
@NullMarked
package io.doorbuster.metrics;

import org.jspecify.annotations.NullMarked;
