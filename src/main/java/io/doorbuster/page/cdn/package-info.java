/** The published files in, caches near the buyers that hold them, or no longer, out. */
@NullMarked
package io.doorbuster.page.cdn;

import org.jspecify.annotations.NullMarked;
