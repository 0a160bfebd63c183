/** sale: a sale file in, a registered and validated catalog out. */
@NullMarked
package io.doorbuster.sale;

import org.jspecify.annotations.NullMarked;
