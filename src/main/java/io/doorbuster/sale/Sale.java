package io.doorbuster.sale;

import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One timed offer as its operator wrote it: SKUs, window, rules.
 *
 * @param image an address, a path on the page's host, or a file beside the sale file
 * @param expected null where the operator says nothing of the crowd
 * @param page null where the page is ours
 */
public record Sale(
    String id,
    String title,
    String description,
    @Nullable String image,
    Language language,
    Currency currency,
    Instant opensAt,
    Instant closesAt,
    Release release,
    Limits limits,
    Duration payWithin,
    List<Sku> skus,
    boolean test,
    @Nullable Expected expected,
    @Nullable OwnPage page) {
  /**
   * The last draw ends at least so long before the close: time to reserve for its winners. The
   * first wave and this margin must fit into the window.
   */
  public static final Duration DRAW_MARGIN = Duration.ofSeconds(5);

  public Sale {
    skus = List.copyOf(skus);
  }

  /** With our own page. */
  public Sale(
      String id,
      String title,
      String description,
      @Nullable String image,
      Language language,
      Currency currency,
      Instant opensAt,
      Instant closesAt,
      Release release,
      Limits limits,
      Duration payWithin,
      List<Sku> skus,
      boolean test,
      @Nullable Expected expected) {
    this(
        id,
        title,
        description,
        image,
        language,
        currency,
        opensAt,
        closesAt,
        release,
        limits,
        payWithin,
        skus,
        test,
        expected,
        null);
  }

  /** The shop's own page: files beside the sale file, each in place of ours. */
  public record OwnPage(@Nullable String html, @Nullable String css) {}

  /** The files beside the sale file that it names. */
  public Map<FileKind, String> files() {
    Map<FileKind, String> files = new EnumMap<>(FileKind.class);
    if (image != null && !NamedFiles.isWeb(image)) {
      files.put(FileKind.IMAGE, image);
    }
    if (page != null && page.html() != null) {
      files.put(FileKind.HTML, page.html());
    }
    if (page != null && page.css() != null) {
      files.put(FileKind.CSS, page.css());
    }
    return files;
  }

  /**
   * The crowd that its operator expects; for planning alone.
   *
   * @param peak in which all of them click for the first time
   * @param reservedGbps bandwidth that is reserved at the CDN, 0 where none is
   */
  public record Expected(long buyers, Duration peak, double reservedGbps) {}

  public Optional<Expected> findExpected() {
    return Optional.ofNullable(expected);
  }

  public Optional<Sku> findSku(String skuId) {
    for (Sku sku : skus) {
      if (sku.id().equals(skuId)) {
        return Optional.of(sku);
      }
    }
    return Optional.empty();
  }

  /** What is wrong with a wish for units, or empty. */
  public Optional<String> findWrong(String skuId, int quantity) {
    if (findSku(skuId).isEmpty()) {
      return Optional.of("This sale has no such SKU.");
    }
    return quantity < 1 || quantity > limits.perBuyer()
        ? Optional.of("The quantity is from 1 to " + limits.perBuyer() + ".")
        : Optional.empty();
  }

  /**
   * The first time on the grid of returns that is not before {@code now}, or empty when none is
   * left in which a wave can still be held.
   */
  public Optional<Instant> nextReturn(Instant now) {
    Duration grid = release.returnsEvery();
    Duration sinceOpen = Duration.between(opensAt, now);
    Instant next = opensAt.plus(grid.multipliedBy(Math.max(1, sinceOpen.dividedBy(grid))));
    if (next.isBefore(now)) {
      next = next.plus(grid);
    }
    return next.plus(release.every()).isAfter(lastWaveEnd()) ? Optional.empty() : Optional.of(next);
  }

  /** Until when a request can still be admitted; with {@code pick: fair} a wave must be whole. */
  public Instant lastWaveEnd() {
    if (release.pick() == Pick.FIRST) {
      return closesAt;
    }
    long everyMs = release.every().toMillis();
    long drawsMs = Duration.between(opensAt, closesAt.minus(DRAW_MARGIN)).toMillis();
    return opensAt.plusMillis(Math.floorDiv(drawsMs, everyMs) * everyMs);
  }
}
