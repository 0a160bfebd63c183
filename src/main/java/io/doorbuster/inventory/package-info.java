/** inventory: a claim in, a held unit with a place in the queue out. */
@NullMarked
package io.doorbuster.inventory;

import org.jspecify.annotations.NullMarked;
