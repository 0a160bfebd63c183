/** Where the gates are in, the configuration of what stands in front of them out. */
@NullMarked
package io.doorbuster.cli.edge;

import org.jspecify.annotations.NullMarked;
