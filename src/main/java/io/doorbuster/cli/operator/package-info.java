/** An operator's command in, one call of the admin API and a few readable lines out. */
@NullMarked
package io.doorbuster.cli.operator;

import org.jspecify.annotations.NullMarked;
