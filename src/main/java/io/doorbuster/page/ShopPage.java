package io.doorbuster.page;

import io.doorbuster.sale.FileKind;
import io.doorbuster.sale.ShopFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a sale's page has of the shop's own files, ready to be published.
 *
 * @param template in place of ours
 * @param css in place of ours
 * @param pictures the widths of one photo, the smallest first
 */
record ShopPage(@Nullable Template template, @Nullable PageFile css, List<Picture> pictures) {
  static final ShopPage NONE = new ShopPage(null, null, List.of());

  private static final int NAME_CHARS_MAX = 40;

  /** One width of the photo. */
  record Picture(PageFile file, int width, int height) {}

  ShopPage {
    pictures = pictures.stream().sorted(Comparator.comparingInt(Picture::width)).toList();
  }

  /** Those of its files that are published beside the page. */
  List<PageFile> files() {
    List<PageFile> files = new ArrayList<>();
    if (css != null) {
      files.add(css);
    }
    pictures.forEach(picture -> files.add(picture.file));
    return files;
  }

  /** The name under which a form of a file is published: boots-960.0123456789ab.jpg. */
  static String publishedName(ShopFile file, ShopFile.Form form) {
    String hash = form.hash().substring(0, PageAssets.HASH_CHARS);
    String stem = file.kind() == FileKind.IMAGE ? stem(file.name()) + "-" + form.width() : "sale";
    return stem + "." + hash + "." + form.type();
  }

  private static String stem(String name) {
    String last = name.substring(name.lastIndexOf('/') + 1);
    int dot = last.lastIndexOf('.');
    String stem = (dot > 0 ? last.substring(0, dot) : last).replaceAll("[^A-Za-z0-9_-]", "-");
    return stem.substring(0, Math.min(stem.length(), NAME_CHARS_MAX));
  }

  /** The largest, by which the page leaves room for all of them. */
  @Nullable Picture largest() {
    return pictures.isEmpty() ? null : pictures.getLast();
  }

  /** For a browser that chooses none by itself. */
  @Nullable Picture usual() {
    return pictures.isEmpty() ? null : pictures.get(pictures.size() / 2);
  }

  /** Every width, for the browser to choose from. */
  String srcset() {
    List<String> all = new ArrayList<>();
    pictures.forEach(picture -> all.add(picture.file.name() + " " + picture.width + "w"));
    return String.join(", ", all);
  }

  /**
   * How wide our own styles show it: on a large screen as a square half as wide as the text, on a
   * small one as wide as that and 9/16 as high. What they cut off at the sides counts too.
   */
  String sizes() {
    Picture shown = largest();
    if (shown == null) {
      return "";
    }
    double shape = (double) shown.width / shown.height;
    double square = Math.max(1, shape);
    double flat = Math.max(1, shape * 9 / 16);
    return "(min-width: 68rem) %drem, (min-width: 52rem) %dvw, %dvw"
        .formatted(Math.round(31 * square), Math.round(47 * square), Math.round(100 * flat));
  }
}
