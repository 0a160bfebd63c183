package io.doorbuster.cli.plan;

import io.doorbuster.cli.FilesBeside;
import io.doorbuster.page.PageWeight;
import io.doorbuster.sale.FileKind;
import io.doorbuster.sale.Finding;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SaleFile;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the page weighs on the wire, in bytes without headers.
 *
 * @param firstView all that a browser needs to show it, in so many files
 * @param photo comes after the first view
 * @param html the page itself
 * @param state of one answer of state.json
 */
record Weights(double firstView, int files, double photo, double html, double state) {
  /** Of state.json with one SKU; each more has a flag of its own. */
  private static final double STATE_BYTES = 230;

  private static final double STATE_BYTES_A_SKU = 30;

  /** Of a photo that nobody has weighed: it comes from elsewhere. */
  private static final double PHOTO_BYTES = 120_000;

  /**
   * Renders a sale's page with the files that lie beside the sale's, and weighs it.
   *
   * @param read the sale's file, without a mistake
   * @param mistakes hears of each in those; a photo whose weight is said is not looked at
   */
  static Weights of(
      SaleFile.Result read, Path file, @Nullable Double photoKb, Consumer<Finding> mistakes) {
    Sale sale = read.sale().orElseThrow();
    FilesBeside beside =
        FilesBeside.read(
            file,
            read.files().stream()
                .filter(named -> named.kind() != FileKind.IMAGE || photoKb == null)
                .toList());
    beside.mistakes().forEach(mistakes);
    Map<FileKind, byte[]> contents = new EnumMap<>(FileKind.class);
    beside.contents().forEach((named, bytes) -> contents.put(named.kind(), bytes));
    return of(sale, PageWeight.of(sale, contents, mistakes), photoKb);
  }

  /** Of a sale's page, all its SKUs on it. */
  static Weights of(Sale sale, PageWeight page, @Nullable Double photoKb) {
    boolean elsewhere = sale.image() != null && !sale.files().containsKey(FileKind.IMAGE);
    return of(page, photoKb, elsewhere, sale.skus().size());
  }

  /**
   * @param photoKb as it is said; null for what the page has
   * @param photoElsewhere whether the page shows one that is not published with it
   */
  static Weights of(PageWeight page, @Nullable Double photoKb, boolean photoElsewhere, int skus) {
    double known = photoElsewhere ? PHOTO_BYTES : page.photo();
    return new Weights(
        page.firstView(),
        page.files(),
        photoKb == null ? known : photoKb * 1_000,
        page.html(),
        STATE_BYTES + (skus - 1) * STATE_BYTES_A_SKU);
  }
}
