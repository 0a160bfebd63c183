package io.doorbuster.page;

import io.doorbuster.sale.Sale;

/**
 * What a sale's page weighs on the wire, compressed as far as a browser takes it; without headers,
 * and without the photo, which comes after the first view.
 *
 * @param html bytes of the page itself
 * @param firstView bytes of all that a browser needs to show it
 * @param files of the first view
 */
public record PageWeight(int html, int firstView, int files) {
  /** What comes with a connection's first round trip; a page that is larger shows later. */
  public static final int FIRST_ROUND_TRIP_BYTES = 14 * 1_024;

  /** Renders the page and weighs it. */
  public static PageWeight of(Sale sale) {
    String anySeed = "0".repeat(64);
    int html = 0;
    int all = 0;
    int files = 0;
    for (PageFile file :
        new PageRenderer(new PageRenderer.Options("", null, null, false)).render(sale, anySeed)) {
      if (file.isOfFirstView()) {
        Encoded encoded = Encoded.of(file);
        int bytes = encoded.smallest().length();
        html = file.immutable() ? html : bytes;
        all += bytes;
        files++;
      }
    }
    return new PageWeight(html, all, files);
  }
}
