/** preflight: a sale's edges, gates and clocks in, what would go wrong out. */
@NullMarked
package io.doorbuster.cli.preflight;

import org.jspecify.annotations.NullMarked;
