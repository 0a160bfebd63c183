/** preflight: a sale that is about to open in, what would go wrong out. */
@NullMarked
package io.doorbuster.console.preflight;

import org.jspecify.annotations.NullMarked;
