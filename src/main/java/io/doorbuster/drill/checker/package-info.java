/** checker: a history and the books in, the promises that were broken out. */
@NullMarked
package io.doorbuster.drill.checker;

import org.jspecify.annotations.NullMarked;
