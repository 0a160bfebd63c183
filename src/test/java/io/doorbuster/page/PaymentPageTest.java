package io.doorbuster.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.page.PaymentPage.View;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PaymentPageTest {
  static View view(boolean open, @Nullable String message) {
    return new View(
        "01K0ABCDEFGHJKMNPQRSTVWXYZ",
        "1 × <b>boots</b>",
        "49.00 EUR",
        Instant.parse("2030-01-01T10:15:00Z"),
        open,
        message,
        "/pay/01K0ABCDEFGHJKMNPQRSTVWXYZ",
        "/s/winter-boots/");
  }

  private static String render(View view) {
    return new String(new PaymentPage().render(view), StandardCharsets.UTF_8);
  }

  @Test
  void render_anOpenOrder_offersThreeEndings() {
    assertThat(render(view(true, null)))
        .contains("value=\"paid\"", "value=\"failed\"", "value=\"nothing\"")
        .contains("action=\"/pay/01K0ABCDEFGHJKMNPQRSTVWXYZ\"")
        .contains("1 × &lt;b&gt;boots&lt;/b&gt;")
        .contains("href=\"/s/winter-boots/pay.")
        .doesNotContain("nothing to pay")
        .doesNotContain("class=\"message\"");
  }

  @Test
  void render_aClosedOrder_hasNoForm() {
    assertThat(render(view(false, "This order is paid.")))
        .contains("This order is paid.", "nothing to pay")
        .doesNotContain("<form");
  }
}
