/**
 * Races against named alternatives on the same work, in the same run; started by {@code ./bench}.
 */
@NullMarked
package bench;

import org.jspecify.annotations.NullMarked;
