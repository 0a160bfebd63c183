/** settlement: a closed sale in, settled books out. */
@NullMarked
package io.doorbuster.settlement;

import org.jspecify.annotations.NullMarked;
