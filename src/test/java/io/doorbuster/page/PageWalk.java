package io.doorbuster.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ScreenshotAnimations;
import io.doorbuster.Chromium;
import io.doorbuster.page.PageRenderer.Options;
import io.doorbuster.page.Reader.Screen;
import io.doorbuster.sale.Language;
import io.doorbuster.sale.SalePhase;
import io.doorbuster.sale.Sku;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/**
 * A real browser before a page and a gate that answers as a test tells it to, on a phone and on a
 * desktop, in both languages. A state that would pass by itself waits for {@link #skip}, which lets
 * the clocks of page and gate jump, so that a slow machine sees it too.
 */
abstract class PageWalk {
  private static final Path PICTURES = Path.of("target", "pictures");

  /** Generous: the browser may share two cores with much else. */
  private static final double PATIENCE_MS = 20_000;

  static final Options DEMO = new Options("", null, null, true);

  /** What changes slowly, such as a colour, is judged only when it is what it will be. */
  private static final String COLOURS_ARE_THERE =
      """
      Promise.all(document.getAnimations().filter((one) => one instanceof CSSTransition)
        .map((one) => one.finished.catch(() => {})))
      """;

  /** What lasts until the test lets it pass. */
  static final Duration LONG = Duration.ofSeconds(60);

  /** With what the page adds to a wait. */
  static final Duration LONGER = LONG.plusSeconds(3);

  private static Chromium chromium;

  @Parameter Reader reader;
  @TempDir private Path folder;
  FakeGate gate;
  BrowserContext context;
  Page page;
  final List<String> faults = new ArrayList<>();

  static Stream<Reader> readers() {
    return Arrays.stream(Language.values())
        .flatMap(one -> Arrays.stream(Screen.values()).map(screen -> Reader.of(one, screen)));
  }

  /** Each size and each language once, for what is no state of its own. */
  static Stream<Reader> someReaders() {
    return Stream.of(Reader.of(Language.EN, Screen.PHONE), Reader.of(Language.ZH, Screen.DESKTOP));
  }

  @BeforeAll
  static void launch() {
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
    chromium = new Chromium();
  }

  @AfterAll
  static void quit() {
    chromium.close();
  }

  @AfterEach
  void close() {
    context.close();
    gate.close();
    assertThat(faults).isEmpty();
  }

  @BeforeEach
  void open() {
    gate = gate(Instant.now().minusSeconds(60), DEMO);
    context = newContext(true);
    page = watched(context.newPage());
    page.clock().install();
  }

  BrowserContext newContext(boolean script) {
    return chromium
        .browser()
        .newContext(
            new Browser.NewContextOptions()
                .setLocale(reader.locale())
                .setJavaScriptEnabled(script)
                .setViewportSize(reader.screen().width, reader.screen().height));
  }

  /** Errors in the browser's console are faults, but for answers that are none of ours to mend. */
  Page watched(Page opened) {
    opened.onPageError(faults::add);
    opened.onConsoleMessage(
        message -> {
          boolean expected = message.text().contains("Failed to load resource");
          if (message.type().equals("error") && !expected) {
            faults.add(message.text());
          }
        });
    return opened;
  }

  private FakeGate gate(Instant opensAt, Options options) {
    FakeGate made =
        new FakeGate(
            folder,
            SampleSale.open(opensAt, Duration.ofHours(3), reader.language(), LONG.multipliedBy(2)),
            options);
    made.phase = opensAt.isAfter(Instant.now()) ? SalePhase.PUBLISHED : SalePhase.OPEN;
    return made;
  }

  /** Another sale than the one that is open. */
  void openAnother(Instant opensAt, Options options) {
    gate.close();
    gate = gate(opensAt, options);
    page.navigate(gate.url());
  }

  /**
   * The page first: a state that it gets in between is older than it knows by then, and harmless.
   */
  void skip(Duration time) {
    page.clock().fastForward(time.toMillis());
    gate.skip(time);
  }

  void openSignedIn() {
    page.navigate(gate.url());
    signIn();
  }

  void signIn() {
    page.getByLabel(reader.label("yourName")).fill("Ada");
    button(reader.label("takePart")).click();
    assertThat(page.locator("#who-name")).hasText("Ada");
  }

  Locator button(String name) {
    return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
  }

  void buy() {
    button(reader.buy("€49.00")).click();
  }

  void heading(String group, String key) {
    assertThat(page.locator("#head")).hasText(reader.head(group, key));
  }

  void pill(String key) {
    assertThat(page.locator("#pill")).hasText(reader.head("pill", key));
  }

  void note(String key) {
    assertThat(page.locator("#note")).containsText(reader.fixed(key));
  }

  /** Dark on the phone alone: colours are the same on every size. */
  private List<ColorScheme> schemes() {
    return reader.screen() == Screen.PHONE
        ? List.of(ColorScheme.LIGHT, ColorScheme.DARK)
        : List.of(ColorScheme.LIGHT);
  }

  void picture(String name) {
    for (ColorScheme scheme : schemes()) {
      page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
      if (reader.language() == Language.EN) {
        assertReadable(name, scheme);
      }
      String file = "%s-%s-%s.png".formatted(name, reader, scheme.name().toLowerCase(Locale.ROOT));
      page.screenshot(
          new Page.ScreenshotOptions()
              .setPath(PICTURES.resolve(file))
              .setAnimations(ScreenshotAnimations.DISABLED)
              .setFullPage(reader.screen() == Screen.PHONE));
      Object wide = page.evaluate("document.documentElement.scrollWidth - innerWidth");
      assertThat(((Number) wide).intValue()).as("%s is too wide", file).isLessThanOrEqualTo(0);
    }
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
  }

  /** The page may just have changed on its way to another state, so this is tried again. */
  void assertReadable(String name, ColorScheme scheme) {
    Awaitility.await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              page.evaluate(COLOURS_ARE_THERE);
              // Otherwise it joins the findings of many frames on a page of its own; here is one.
              AxeBuilder axe = new AxeBuilder(page).setLegacyMode(true);
              if (scheme == ColorScheme.DARK) {
                axe.withRules(List.of("color-contrast")); // the rest is the same in both
              }
              assertThat(axe.analyze().getViolations()).as(name).isEmpty();
            });
  }

  /** What a reader of another language than English sees has no English word in it. */
  void assertOwnLanguage() {
    if (reader.language() == Language.EN) {
      return;
    }
    String seen = page.locator("body").innerText();
    List<String> given = new ArrayList<>(List.of("Ada", "SHA-256", FakeGate.ORDER));
    given.addAll(List.of(gate.sale.title(), SampleSale.SEED_SHA256));
    given.addAll(List.of(gate.sale.description().split("\n", -1)));
    gate.sale.skus().stream().map(Sku::name).forEach(given::add);
    for (String ours : given) {
      seen = seen.replace(ours, "");
    }
    assertThat(seen).doesNotContainPattern("[A-Za-z]{4,}");
  }
}
