/** gate: a shop's token in, a pass out; and a pass in, its buyer out. */
@NullMarked
package io.doorbuster.gate.pass;

import org.jspecify.annotations.NullMarked;
