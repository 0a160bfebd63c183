package io.doorbuster.page;

import io.doorbuster.sale.Language;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Renders the demo's payment page: plain forms, no script. */
public final class PaymentPage {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /**
   * What the page shows. Its form posts {@code outcome} (paid, failed, nothing) to {@code action}.
   *
   * @param what is bought, for a reader
   * @param amount with its currency, for a reader
   * @param open whether it can be paid now
   * @param message of the last try, or null
   * @param back the sale's page, {@code /s/{sale}/}; the style stands beside it
   */
  public record View(
      String order,
      String what,
      String amount,
      Instant payBefore,
      boolean open,
      @Nullable String message,
      String action,
      String back) {}

  private final String css = new PageAssets(false).hashed("pay.css");
  private final Template page = Template.parse(PageAssets.read("pay.html"));
  private final Texts texts = new Texts(Language.EN);

  /** The page as UTF-8. */
  public byte[] render(View view) {
    Map<String, Object> values =
        Map.of(
            "css", view.back() + css,
            "order", view.order(),
            "what", view.what(),
            "amount", view.amount(),
            "payBefore", TIME.format(view.payBefore()),
            "open", view.open(),
            "closed", !view.open(),
            "message", view.message() == null ? "" : view.message(),
            "action", view.action(),
            "back", view.back());
    return page.render(values, texts).getBytes(StandardCharsets.UTF_8);
  }
}
