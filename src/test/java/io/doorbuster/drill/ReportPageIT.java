package io.doorbuster.drill;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.doorbuster.Chromium;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page as a file in a real browser, whose policy lets only its own scripts run. */
@Tag("browser")
final class ReportPageIT {
  /** All but one: nobody clicked his way to a pay page. */
  private static final int PLOTS = 6;

  /** Of six seconds: late in the third, which began at 2 s. */
  private static final double HOVERED_AT = 0.45;

  @Test
  void page_openedAsAFile_drawsEachPlotAndAsksNobody(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("report.html");
    Files.writeString(file, ReportPage.render(Rehearsed.clean(), "./doorbuster drill"));
    List<String> faults = new ArrayList<>();
    List<String> asked = new ArrayList<>();
    try (Chromium chromium = new Chromium()) {
      Page page = chromium.browser().newPage();
      page.onPageError(faults::add);
      page.onConsoleMessage(message -> faults.add(message.text()));
      page.onRequest(request -> asked.add(request.url()));
      page.navigate(file.toUri().toString());
      assertThat(page.locator("figure canvas").count()).isEqualTo(PLOTS);
      assertThat(page.locator("#click").textContent()).isEqualTo("Nothing was counted.");
      var plot = page.locator("#verdicts .u-over");
      double at = plot.boundingBox().width * HOVERED_AT;
      plot.hover(new Locator.HoverOptions().setPosition(at, 20));
      assertThat(page.locator("#verdicts .u-legend").textContent()).contains("at 2 s");
      assertThat(page.locator("#asks .u-legend").textContent()).contains("at 2 s");
      page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
      page.setViewportSize(700, 900);
      assertThat(page.locator("figure canvas").count()).isEqualTo(PLOTS);
      page.screenshot(
          new Page.ScreenshotOptions()
              .setFullPage(true)
              .setPath(Path.of("target", "pictures", "report-dark.png")));
    }
    assertThat(faults).isEmpty();
    assertThat(asked).containsExactly(file.toUri().toString());
  }
}
