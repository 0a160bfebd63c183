package io.doorbuster.console;

import io.doorbuster.http.Problem;
import io.doorbuster.http.Router;
import io.doorbuster.page.PreparedFile;
import io.doorbuster.sale.FileKind;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.NotAllowed;
import io.doorbuster.sale.ShopFile;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

/** The operators' calls that bring the files which a sale names. */
final class FileCalls {
  /** The largest of any kind; each has a bound of its own. */
  private static final int BYTES_MAX =
      Arrays.stream(FileKind.values()).mapToInt(FileKind::bytesMax).max().orElseThrow();

  /** A photo of the largest size over a line of 3 Mbit/s. */
  private static final Duration UPLOAD_MAX = Duration.ofSeconds(60);

  private final AdminApi.Parts parts;
  private final Door door;

  FileCalls(AdminApi.Parts parts, Door door) {
    this.parts = parts;
    this.door = door;
  }

  void routes(Router router) {
    router.put("/admin/api/sales/{sale}/files/{name}", door.body(BYTES_MAX, UPLOAD_MAX, this::put));
  }

  /** The files that a sale names, each with the hash of what the server has of it. */
  static JsonArray json(Listing listing) {
    JsonArray files = new JsonArray();
    listing
        .sale()
        .files()
        .forEach(
            (kind, name) ->
                files.add(
                    new JsonObject()
                        .put("key", kind.key())
                        .put("name", name)
                        .put("sha256", listing.findFile(kind).map(ShopFile::sha256).orElse(null))));
    return files;
  }

  private Answer put(Ask ask) {
    String id = ask.parameter("sale");
    Listing listing = parts.catalog().find(id).orElseThrow(() -> SaleCalls.unknown(id));
    String name = name(ask);
    FileKind kind = kind(listing, name);
    byte[] bytes = ask.bytes();
    String detail = name + ", " + bytes.length + " bytes";
    return door.logged(
        "file",
        id,
        detail,
        () -> {
          if (bytes.length > kind.bytesMax()) {
            throw Declined.invalid(
                name + " has more than " + kind.bytesMax() / 1024 + " KB; make it smaller.");
          }
          PreparedFile prepared = parts.pages().prepare(listing.sale(), kind, name, bytes);
          if (!prepared.mistakes().isEmpty()) {
            throw new Declined(
                Problem.of("invalid", 400, "The file " + name + " can not be used.")
                    .with("findings", SaleJson.findings(prepared.mistakes())));
          }
          Listing now = parts.files().put(id, prepared.file(), prepared.contents());
          return Answer.ok(new JsonObject().put("files", json(now)));
        });
  }

  /** Its slashes come escaped, so that it is one segment. */
  private static String name(Ask ask) {
    try {
      return URLDecoder.decode(ask.parameter("name"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw Declined.invalid("The file's name has a broken escape.");
    }
  }

  private static FileKind kind(Listing listing, String name) {
    return listing.sale().files().entrySet().stream()
        .filter(named -> named.getValue().equals(name))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(
            () ->
                new NotAllowed(
                    "the sale names no file " + name + "; name it in the sale file and add that"));
  }
}
