/** http: a feature's routes in, a running server with problem bodies out. */
@NullMarked
package io.doorbuster.http;

import org.jspecify.annotations.NullMarked;
