package io.doorbuster.console.preflight;

import io.doorbuster.page.PagePublisher;
import io.doorbuster.page.PageWeight;
import io.doorbuster.sale.Listing;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** Whether the page is there, and small enough to be seen at once. */
final class PageChecks {
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
    String where = pages.target(sale).where();
    try {
      List<String> missing = pages.listMissing(sale);
      return missing.isEmpty()
          ? Check.ok("page", files.size() + " files, in memory and in " + where)
          : Check.red(
              "page",
              "%d files are not whole in %s, %s among them"
                  .formatted(missing.size(), where, missing.getFirst()),
              publish + " writes them again");
    } catch (IOException e) {
      return Check.red("page", "it is in memory alone: " + e.getMessage(), publish);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Check.notChecked("page", "the server is stopping", "try again");
    }
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
            PageWeight.FIRST_ROUND_TRIP_BYTES);
    return bytes <= PageWeight.FIRST_ROUND_TRIP_BYTES
        ? Check.ok("first view", text)
        : Check.red("first view", text, "make the description shorter, or styles and script");
  }
}
