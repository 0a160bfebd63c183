/** outbox: an event row in the order's own transaction in, a CloudEvent at a sink out. */
@NullMarked
package io.doorbuster.outbox;

import org.jspecify.annotations.NullMarked;
