/** The engine on Redis: a sale's stock, buyers and queue, shared by many processes. */
@NullMarked
package io.doorbuster.inventory.redis;

import org.jspecify.annotations.NullMarked;
