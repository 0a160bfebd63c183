/** cli: a command line in, a running system out. */
@NullMarked
package io.doorbuster.cli;

import org.jspecify.annotations.NullMarked;
