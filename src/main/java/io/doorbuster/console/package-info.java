/** console: an operator in, a watched and steered sale out. */
@NullMarked
package io.doorbuster.console;

import org.jspecify.annotations.NullMarked;
