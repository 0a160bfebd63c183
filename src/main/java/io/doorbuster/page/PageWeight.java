package io.doorbuster.page;

import io.doorbuster.sale.FileKind;
import io.doorbuster.sale.Finding;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.ShopFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a sale's page weighs on the wire, compressed as far as a browser takes it; without headers.
 *
 * @param html bytes of the page itself
 * @param firstView bytes of all that a browser needs to show it
 * @param files of the first view
 * @param photo bytes of the largest width of a photo that is published with it, which comes after
 *     the first view; 0 without one
 */
public record PageWeight(int html, int firstView, int files, int photo) {
  /** What comes with a connection's first round trip; a page that is larger shows later. */
  public static final int FIRST_ROUND_TRIP_BYTES = 14 * 1_024;

  /** Weighs what is published, or would be. */
  public static PageWeight of(List<PagePublisher.Published> files) {
    int html = 0;
    int firstView = 0;
    int count = 0;
    int photo = 0;
    for (PagePublisher.Published file : files) {
      if (file.firstView()) {
        html += file.immutable() ? 0 : file.compressed();
        firstView += file.compressed();
        count++;
      } else if (file.isPicture()) {
        photo = Math.max(photo, file.compressed());
      }
    }
    return new PageWeight(html, firstView, count, photo);
  }

  /**
   * Renders a page and weighs it; a large photo takes seconds.
   *
   * @param beside files that the sale names, as they are
   * @param mistakes hears of each in them; such a file is left out
   */
  public static PageWeight of(Sale sale, Map<FileKind, byte[]> beside, Consumer<Finding> mistakes) {
    Map<String, byte[]> contents = new HashMap<>();
    List<ShopFile> shop = new ArrayList<>();
    PageRenderer renderer = new PageRenderer(new PageRenderer.Options("", null, null, false));
    try (PagePublisher pages =
        new PagePublisher(
            PageTarget.none(), renderer, (id, hash) -> Optional.ofNullable(contents.get(hash)))) {
      beside.forEach(
          (kind, bytes) -> {
            String name = Objects.requireNonNull(sale.files().get(kind));
            PreparedFile ready = pages.prepare(sale, kind, name, bytes);
            ready.mistakes().forEach(mistakes);
            if (ready.mistakes().isEmpty()) {
              contents.putAll(ready.contents());
              shop.add(ready.file());
            }
          });
      String anySeed = "0".repeat(64);
      pages.publish(sale, anySeed, shop);
      return of(pages.list(sale.id()));
    }
  }
}
