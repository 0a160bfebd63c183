package io.doorbuster.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.BoundingBox;
import io.doorbuster.Chromium;
import io.doorbuster.Stage;
import io.doorbuster.sale.SaleFile;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real browser shows the console, and leaves pictures behind. */
@Tag("browser")
final class ConsolePageIT {
  private static final int WIDTH = 1_000;
  private static final Path PICTURES = Path.of("target", "pictures");
  private static final String TITLE = "Winter boots, hand-sewn, for a long walk through deep snow";

  @TempDir private Path folder;

  private static void open(Stage stage, String id, int units, Instant opensAt) {
    String yaml =
        stage
            .yaml(id, units, "")
            .replace("A sale for a test", TITLE)
            .replace("tee", id)
            .replaceFirst("opensAt: .*", "opensAt: " + opensAt);
    stage.catalog.register(SaleFile.parse(id, yaml).sale().orElseThrow());
    stage.saleDesk.publish(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"en-US", "de-DE"})
  void table_inASmallWindow_isSeenWholeWithTheIdsOfTheSales(String locale) {
    try (Stage stage = new Stage(folder);
        Chromium chromium = new Chromium()) {
      open(stage, "second", 99_999, Instant.now().plusSeconds(3_000));
      open(stage, "winter-boots-2027", 123_456, Instant.now().minusSeconds(1));
      Page page =
          chromium
              .browser()
              .newPage(new Browser.NewPageOptions().setLocale(locale).setViewportSize(WIDTH, 700));
      page.navigate(stage.adminUrl() + "/console");
      page.locator("#token").fill(Stage.TOKEN);
      page.locator("#sign-in button").click();
      assertThat(page.locator("#sales tr")).hasCount(2);
      // The widest figures there are: all units sold and paid.
      page.evaluate(
          "document.querySelectorAll('#sales .number').forEach(n => n.textContent = '123,456')");
      page.screenshot(
          new Page.ScreenshotOptions().setPath(PICTURES.resolve("console-" + locale + ".png")));
      assertThat(page.locator("#sales")).containsText("winter-boots-2027");
      BoundingBox table = page.locator("table").boundingBox();
      assertThat(table.x + table.width).isLessThanOrEqualTo(WIDTH);
      assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(WIDTH);
    }
  }
}
