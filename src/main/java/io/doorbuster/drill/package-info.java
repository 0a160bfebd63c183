/** drill: a plan in, a rehearsal and its verdict out. */
@NullMarked
package io.doorbuster.drill;

import org.jspecify.annotations.NullMarked;
