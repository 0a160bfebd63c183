package io.doorbuster.cli.operator;

import io.doorbuster.cli.Unreadable;
import io.doorbuster.sale.Finding;
import io.doorbuster.sale.Hmac;
import io.doorbuster.sale.NamedFile;
import io.doorbuster.sale.SaleFile;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files that a sale file names: found beside it, and sent where the server lacks them. */
final class SaleUpload {
  private final Path file;
  private final Map<String, byte[]> contents = new LinkedHashMap<>();
  private final List<Finding> mistakes = new ArrayList<>();

  /** Reads them all. */
  SaleUpload(Path file, String text) {
    this.file = file;
    for (NamedFile named : SaleFile.parse(file.toString(), text).files()) {
      try {
        Path path = file.resolveSibling(named.name());
        if (Files.size(path) > named.kind().bytesMax()) {
          reject(named, "has more than " + named.kind().bytesMax() / 1024 + " KB; make it smaller");
        } else {
          contents.put(named.name(), Files.readAllBytes(path));
        }
      } catch (IOException e) {
        reject(named, "can not be read beside this file: " + Unreadable.reason(e));
      }
    }
  }

  private void reject(NamedFile named, String why) {
    mistakes.add(
        new Finding(
            file.toString(), named.line(), named.kind().key(), "`" + named.name() + "` " + why));
  }

  /** Those that are not there, or too large. */
  List<Finding> mistakes() {
    return mistakes;
  }

  /**
   * Sends what the server does not have in the same content.
   *
   * @param files as the server has them
   * @return false where it refused one; why is printed
   */
  boolean send(
      AdminClient client, String sale, @Nullable JsonArray files, PrintWriter out, PrintWriter err)
      throws CallFailed, InterruptedException {
    boolean all = true;
    for (JsonObject known : SaleText.objects(files == null ? new JsonArray() : files)) {
      String name = known.getString("name");
      byte[] bytes = contents.get(name);
      if (bytes == null || Hmac.digestHex(bytes).equals(known.getString("sha256"))) {
        continue;
      }
      try {
        client.put(SaleCommand.path(sale) + "/files/" + AdminClient.segment(name), bytes);
        out.println("sent " + name);
      } catch (CallFailed e) {
        JsonArray findings = e.problem().map(p -> p.getJsonArray("findings")).orElse(null);
        if (findings == null) {
          throw e;
        }
        SaleText.findings(err, file.resolveSibling(name), "", findings);
        all = false;
      }
    }
    return all;
  }
}
