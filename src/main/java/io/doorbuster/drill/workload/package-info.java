/** workload: a plan in, simulated buyers' requests and the history of their answers out. */
@NullMarked
package io.doorbuster.drill.workload;

import org.jspecify.annotations.NullMarked;
