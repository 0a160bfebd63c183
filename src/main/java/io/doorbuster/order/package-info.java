/** order: an admitted request in, a committed order out. */
@NullMarked
package io.doorbuster.order;

import org.jspecify.annotations.NullMarked;
