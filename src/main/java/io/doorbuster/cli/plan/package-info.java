/** A crowd in, what it needs out, by the formulas of docs/scaling.md. */
@NullMarked
package io.doorbuster.cli.plan;

import org.jspecify.annotations.NullMarked;
