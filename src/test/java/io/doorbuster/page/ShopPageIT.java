package io.doorbuster.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import io.doorbuster.Chromium;
import io.doorbuster.Photos;
import io.doorbuster.page.PageRenderer.Options;
import io.doorbuster.sale.FileKind;
import io.doorbuster.sale.Language;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SalePhase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real browser on a page that has a photo, HTML and styles of the shop's own. */
@Tag("browser")
final class ShopPageIT {
  private static final double PATIENCE_MS = 15_000;
  private static final String SHOWN = "document.querySelector('.picture img')";

  private static Chromium chromium;

  @TempDir private Path folder;
  private FakeGate gate;
  private final List<BrowserContext> contexts = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();

  @BeforeAll
  static void launch() {
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
    chromium = new Chromium();
  }

  @AfterAll
  static void quit() {
    chromium.close();
  }

  @BeforeEach
  void open() {
    Instant opensAt = Instant.now().minusSeconds(60);
    Sale sale = SampleSale.open(opensAt, Duration.ofHours(1), Language.EN);
    gate = new FakeGate(folder, sale, new Options("", null, null, true));
    gate.phase = SalePhase.OPEN;
  }

  @AfterEach
  void close() {
    contexts.forEach(BrowserContext::close);
    gate.close();
    assertThat(faults).isEmpty();
  }

  private Page page(int width, int height, double density) {
    BrowserContext context =
        chromium
            .browser()
            .newContext(
                new Browser.NewContextOptions()
                    .setViewportSize(width, height)
                    .setDeviceScaleFactor(density));
    contexts.add(context);
    Page page = context.newPage();
    page.onPageError(faults::add);
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error") && !message.text().contains("Failed to load")) {
            faults.add(message.text());
          }
        });
    page.navigate(gate.url());
    return page;
  }

  private static String chosen(Page page) {
    page.waitForFunction(SHOWN + ".complete && " + SHOWN + ".naturalWidth > 0");
    return page.evaluate(SHOWN + ".currentSrc").toString().replaceFirst(".*/", "");
  }

  @Test
  void photo_heldOnItsSide_isUpright_inTheWidthThatTheViewportNeeds() throws Exception {
    gate.publish(Map.of(FileKind.IMAGE, Photos.jpeg(4_000, 3_000, 6)));
    String phone = chosen(page(390, 844, 1));
    String sharp = chosen(page(390, 844, 2));
    Page wide = page(1_400, 900, 2);
    assertThat(phone).matches("photo-480\\.[0-9a-f]{12}\\.jpg");
    assertThat(sharp).matches("photo-960\\.[0-9a-f]{12}\\.jpg");
    assertThat(chosen(wide)).matches("photo-1600\\.[0-9a-f]{12}\\.jpg|photo-960.*");
    assertThat(
            wide.evaluate("fetch(" + SHOWN + ".src).then(got => got.headers.get('Content-Type'))"))
        .isEqualTo("image/jpeg");

    assertThat(wide.evaluate(SHOWN + ".naturalHeight > " + SHOWN + ".naturalWidth"))
        .isEqualTo(true);
    assertThat(wide.locator(".picture img")).hasAttribute("alt", "Winter boots, hand-made");
    assertThat(wide.locator(".picture img")).hasAttribute("width", "1600");
    assertThat(wide.locator(".picture img")).hasAttribute("height", "2133");
    assertThat(wide.evaluate(colourAt(0.2, 0.2))).as("left, above").isEqualTo("b");
    assertThat(wide.evaluate(colourAt(0.8, 0.2))).as("right, above").isEqualTo("r");
  }

  /** Which colour the loaded photo has at a place of it. */
  private static String colourAt(double x, double y) {
    return """
        (() => {
          const img = %s;
          const canvas = document.createElement('canvas');
          canvas.width = img.naturalWidth;
          canvas.height = img.naturalHeight;
          const ink = canvas.getContext('2d');
          ink.drawImage(img, 0, 0);
          const [r, g, b] = ink.getImageData(canvas.width * %s, canvas.height * %s, 1, 1).data;
          return r > 128 && g > 128 ? 'w' : r > 128 ? 'r' : g > 128 ? 'g' : 'b';
        })()
        """
        .formatted(SHOWN, x, y);
  }

  @Test
  void photo_thatComesLate_movesNothing() {
    gate.publish(Map.of(FileKind.IMAGE, Photos.jpeg(2_000, 1_000)));
    Page page = page(390, 844, 1);
    page.route("**/photo-*", route -> route.abort());
    page.reload();
    Object without = page.evaluate(SHOWN + ".getBoundingClientRect().height");
    page.unroute("**/photo-*");
    page.reload();
    chosen(page);
    assertThat(page.evaluate(SHOWN + ".getBoundingClientRect().height")).isEqualTo(without);
  }

  @Test
  void ownPage_withOwnStyles_isShown_andSells() {
    String html =
        PageAssets.read("sale.html")
            .replace("<main>", "<main>\n<p class=\"brand\">The boot makers</p>");
    String css = PageAssets.read("sale.css") + ".brand { color: rgb(1, 2, 3); }\n";
    gate.publish(
        Map.of(
            FileKind.HTML, html.getBytes(StandardCharsets.UTF_8),
            FileKind.CSS, css.getBytes(StandardCharsets.UTF_8)));
    Page page = page(1_200, 900, 1);
    assertThat(page.locator(".brand")).hasText("The boot makers");
    assertThat(page.locator(".brand")).hasCSS("color", "rgb(1, 2, 3)");
    gate.orders.add(gate.accept("PLACED", Duration.ZERO));
    page.getByLabel("Your name for this demo").fill("Ada");
    button(page, "Take part");
    button(page, "Buy for €49.00");
    assertThat(page.locator("#pay")).isVisible();
    assertThat(gate.asked()).isEqualTo(1);
  }

  private static void button(Page page, String name) {
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name)).click();
  }
}
