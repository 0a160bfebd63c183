package io.doorbuster.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import io.doorbuster.Chromium;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person at a browser takes part in the demo, against the crowd, from sign-in to payment. */
@Tag("browser")
final class DemoIT {
  private static final Pattern ADDRESS = Pattern.compile("Open\\s+(http://\\S+)");

  /** The sale opens after 30 s and is drawn every 5 s; a crowd of this size has had enough soon. */
  private static final double SALE_MS = 150_000;

  private static final String CROWD = "600";

  @TempDir private Path folder;

  @Test
  void demo_personAgainstTheCrowd_winsAndPays() throws IOException {
    Process server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "io.doorbuster.cli.Main",
                "serve",
                "--demo",
                "--crowd",
                CROWD,
                "--data",
                folder.toString(),
                "--port",
                "0",
                "--admin-port",
                "0")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
      String address = address(out);
      Thread.ofVirtual().start(() -> drain(out));
      buy(address);
    } finally {
      server.destroy();
      assertThat(server.onExit().orTimeout(15, java.util.concurrent.TimeUnit.SECONDS))
          .succeedsWithin(Duration.ofSeconds(15));
    }
  }

  private static String address(BufferedReader out) throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher address = ADDRESS.matcher(line);
      if (address.find()) {
        return address.group(1);
      }
    }
    throw new AssertionError("the demo ended without an address");
  }

  private static void drain(BufferedReader out) {
    try {
      while (out.readLine() != null) {
        // Read on, so that the server is never held up by its own output.
      }
    } catch (IOException e) {
      // The server has ended.
    }
  }

  private static void buy(String address) {
    try (Chromium chromium = new Chromium()) {
      Page page =
          chromium.browser().newPage(new Browser.NewPageOptions().setViewportSize(1_200, 900));
      page.navigate(address);
      page.getByLabel("Your name for this demo").fill("Ada");
      page.locator("#demo-sign-in button").click();
      assertThat(page.locator("#who-name")).hasText("Ada");
      Locator ask = page.locator("#primary");
      assertThat(ask).isEnabled(new LocatorAssertions.IsEnabledOptions().setTimeout(60_000));
      ask.click();
      Locator pay = page.locator("#pay");
      assertThat(pay).isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(SALE_MS));
      picture(page, "demo");
      pay.click();
      page.locator("button.pays").click();
      page.navigate(address);
      assertThat(page.locator("#head")).containsText("Paid");
      picture(page, "demo-paid");
    }
  }

  private static void picture(Page page, String name) {
    Path file = Path.of("target", "pictures", name + ".png");
    page.screenshot(new Page.ScreenshotOptions().setPath(file));
  }
}
