/** page: a sale in, a published and warmed static site out. */
@NullMarked
package io.doorbuster.page;

import org.jspecify.annotations.NullMarked;
