package io.doorbuster.payment;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Renders the demo's payment page; the look is the page room's. */
@FunctionalInterface
public interface PayPage {

  /**
   * What the page shows. Its form posts {@code outcome} to {@code action}.
   *
   * @param what is bought, for a reader
   * @param amount with its currency, for a reader
   * @param open whether it can be paid now
   * @param message of the last try, or null
   * @param back the sale's page
   */
  record View(
      String order,
      String what,
      String amount,
      Instant payBefore,
      boolean open,
      @Nullable String message,
      String action,
      String back) {}

  /** The page as UTF-8. */
  byte[] render(View view);

  /** A page without any look. */
  static byte[] plain(View view) {
    return PlainPayPage.render(view);
  }
}
