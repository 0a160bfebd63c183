package io.doorbuster.sale;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads which files a sale's text names: its image, and the shop's own page. */
final class NamedFiles {
  private NamedFiles() {}

  /** The image: an address, a path on the page's host, or a file beside the sale file. */
  static @Nullable String image(Fields fields) {
    String image = fields.findText("image");
    if (image != null && !isWeb(image) && !FileKind.isFileName(image)) {
      fields.reject(
          "image",
          "`"
              + image
              + "` is neither an address (https://...), nor a path on the page's host (/...), nor"
              + " a file beside this one, such as images/boots.jpg: letters, digits, . _ - and /");
    }
    return image;
  }

  static boolean isWeb(String image) {
    return image.startsWith("/") || image.startsWith("https://") || image.startsWith("http://");
  }

  static Sale.@Nullable OwnPage page(Fields fields) {
    Fields page = fields.fields("page");
    Sale.OwnPage own = new Sale.OwnPage(name(page, "html"), name(page, "css"));
    page.finish();
    return own.html() == null && own.css() == null ? null : own;
  }

  private static @Nullable String name(Fields page, String key) {
    String name = page.findText(key);
    if (name != null && !FileKind.isFileName(name)) {
      page.reject(
          key,
          "`"
              + name
              + "` is no file beside this one, such as page."
              + key
              + ": letters, digits, . _ - and /");
    }
    return name;
  }

  /** Writes back what {@link #image} and {@link #page} read. */
  static JsonObject write(Sale sale, JsonObject json) {
    if (sale.image() != null) {
      json.put("image", sale.image());
    }
    Sale.OwnPage page = sale.page();
    if (page != null) {
      JsonObject own = new JsonObject();
      if (page.html() != null) {
        own.put("html", page.html());
      }
      if (page.css() != null) {
        own.put("css", page.css());
      }
      json.put("page", own);
    }
    return json;
  }

  /** Each with its line; two of them with one name are a mistake. */
  static List<NamedFile> list(Sale sale, Fields fields) {
    List<NamedFile> all = new ArrayList<>();
    Set<String> names = new HashSet<>();
    sale.files()
        .forEach(
            (kind, name) -> {
              boolean isImage = kind == FileKind.IMAGE;
              Fields holder = isImage ? fields : fields.fields("page");
              String key = isImage ? "image" : kind.key().substring("page.".length());
              if (!names.add(name)) {
                holder.reject(key, "`" + name + "` is another file's name already");
              }
              all.add(new NamedFile(kind, name, holder.lineOf(key)));
            });
    return all;
  }
}
