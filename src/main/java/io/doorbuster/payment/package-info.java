/** payment: a provider's callback or a passed deadline in, a paid or expired order out. */
@NullMarked
package io.doorbuster.payment;

import org.jspecify.annotations.NullMarked;
