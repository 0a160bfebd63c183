package io.doorbuster.console.preflight;

import io.doorbuster.page.PagePublisher;
import io.doorbuster.sale.Listing;
import java.util.List;
import java.util.Locale;

/** Whether the page is there, and small enough to be seen at once. */
final class PageChecks {
  /** What a server sends before it has to wait for its reader: ten packets. */
  static final int FIRST_VIEW_BYTES_MAX = 14 * 1024;

  private final PagePublisher pages;
  private final String sale;
  private final List<PagePublisher.Published> files;

  PageChecks(PagePublisher pages, Listing listing) {
    this.pages = pages;
    this.sale = listing.sale().id();
    this.files = pages.list(sale);
  }

  Check published() {
    String publish = "doorbuster sale publish " + sale;
    if (files.isEmpty()) {
      return Check.red("page", "it is not published", publish);
    }
    List<String> missing = pages.listMissing(sale);
    if (!missing.isEmpty()) {
      return Check.red(
          "page",
          "%d files are not whole in the folder, %s among them"
              .formatted(missing.size(), missing.getFirst()),
          publish + " writes them again, where that disk takes them");
    }
    return Check.ok("page", files.size() + " files, in memory and in " + pages.folder());
  }

  Check firstView() {
    if (files.isEmpty()) {
      return Check.notChecked("first view", "there is no page", "publish it");
    }
    List<PagePublisher.Published> first =
        files.stream().filter(PagePublisher.Published::firstView).toList();
    int bytes = first.stream().mapToInt(PagePublisher.Published::compressed).sum();
    String text =
        String.format(
            Locale.ROOT,
            "%,d bytes compressed in %d files, of at most %,d",
            bytes,
            first.size(),
            FIRST_VIEW_BYTES_MAX);
    return bytes <= FIRST_VIEW_BYTES_MAX
        ? Check.ok("first view", text)
        : Check.red("first view", text, "make the description shorter, or styles and script");
  }
}
