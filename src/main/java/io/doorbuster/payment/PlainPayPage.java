package io.doorbuster.payment;

import io.doorbuster.payment.PayPage.View;
import java.nio.charset.StandardCharsets;

/** The payment page as HTML alone. */
final class PlainPayPage {
  private PlainPayPage() {}

  static byte[] render(View view) {
    String form =
        """
        <form method="post" action="%s"><p>Pay before %s.</p>
        <button name="outcome" value="paid">Pay %s</button>
        <button name="outcome" value="failed">Let the payment fail</button>
        <button name="outcome" value="nothing">Leave without an answer</button></form>
        """
            .formatted(escape(view.action()), view.payBefore(), escape(view.amount()));
    return """
    <!doctype html><html lang="en"><meta charset="utf-8"><title>Demo payment</title>
    <p>Demo payment. No money moves.<h1>%s</h1><p>%s, order %s<p role="status">%s
    %s<p><a href="%s">Back to the sale</a></html>
    """
        .formatted(
            escape(view.amount()),
            escape(view.what()),
            escape(view.order()),
            view.message() == null ? "" : escape(view.message()),
            view.open() ? form : "<p>There is nothing to pay here now.",
            escape(view.back()))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
