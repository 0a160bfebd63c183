/** gate: a buy request in, a verdict out. */
@NullMarked
package io.doorbuster.gate;

import org.jspecify.annotations.NullMarked;
